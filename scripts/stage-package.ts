import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/**
 * Builds the package into a folder of its own, as it would be packed, and leaves the project's `dist` alone: tests,
 * benchmarks and a build by hand may all run at once. The project's dependencies are linked in, so that a file in the
 * folder can import the package by its name.
 */
export function stagePackage(folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const file of ['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE'])
    copyFileSync(join(ROOT, file), join(folder, file))
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  const tsup = join(ROOT, 'node_modules', 'tsup', 'dist', 'cli-default.js')
  try {
    execFileSync(process.execPath, [tsup, '--silent', '--out-dir', join(resolve(folder), 'dist')], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: 'pipe',
    })
    execFileSync(process.execPath, [join(ROOT, 'scripts/require.mjs')], { cwd: folder, stdio: 'pipe' })
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string }
    throw new Error(`the package could not be built\n${stdout ?? ''}${stderr ?? error}`)
  }
}
