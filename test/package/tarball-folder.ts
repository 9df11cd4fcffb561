import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    tarballFolder: string
  }
}

/**
 * A folder that lives as long as one run of the tests. It starts empty: what is built in it (see `tarball.ts`) is built
 * by the first test that asks, so that a run without such a test pays nothing.
 */
export default function setup(project: TestProject) {
  const folder = mkdtempSync(join(tmpdir(), 'andon-package-'))
  const clear = () => rmSync(folder, { recursive: true, force: true })
  project.provide('tarballFolder', folder)
  // In watch mode the sources have changed since.
  project.onTestsRerun(async () => clear())
  return clear
}
