import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

// Every TypeScript block of the README and of the docs is a program: it is run as it stands, against the sources.
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter(f => f.endsWith('.md'))
    .map(f => join('docs', f)),
]
const blocks = pages.flatMap(page => {
  const text = readFileSync(page, 'utf8')
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map((m, i) => ({ page, number: i + 1, code: m[1]! }))
})

mkdirSync('test/.tmp', { recursive: true })
const folder = mkdtempSync(resolve('test/.tmp/docs-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The package's own names, pointed at the sources, so that the blocks need no build. */
const ROOMS: Record<string, string> = {
  andon: 'core/index.ts',
  'andon/pipeline': 'pipeline/index.ts',
  'andon/canary': 'canary/index.ts',
  'andon/journal': 'parts/journal/index.ts',
  'andon/cord': 'parts/cord/index.ts',
  'andon/report': 'parts/report/index.ts',
  'andon/flags': 'flags/index.ts',
  'andon/flags/control': 'flags/control/index.ts',
  'andon/flags/openfeature': 'flags/openfeature/index.ts',
  'andon/shadow': 'shadow/index.ts',
  'andon/scenarios': 'scenarios/index.ts',
  'andon/leases': 'parts/leases/index.ts',
  'andon/ledger': 'parts/ledger/index.ts',
  'andon/placement': 'parts/placement/index.ts',
  'andon/reservation': 'reservation/index.ts',
  'andon/telemetry': 'parts/telemetry/index.ts',
  'andon/testing': 'testing/index.ts',
}

describe('code blocks', () => {
  beforeAll(() => writeFileSync(join(folder, 'package.json'), '{"type":"module"}'))

  test('there are some', () => expect(blocks.length).toBeGreaterThan(3))

  test.each(blocks)('$page, block $number runs', ({ page, number, code }) => {
    const source = code.replaceAll(/from '(andon[^']*)'/g, (_, name: string) => {
      const room = ROOMS[name]
      if (!room) throw new Error(`${page}: ${name} is no subpath of the package`)
      return `from '${resolve('src', room)}'`
    })
    const file = join(folder, `${page.replaceAll(/\W/g, '_')}_${number}.ts`)
    writeFileSync(file, source)
    execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', file], {
      cwd: folder,
      timeout: 20_000,
      stdio: 'pipe',
    })
  })
})

describe('links', () => {
  test.each(pages)('%s names only files that are there', page => {
    const text = readFileSync(page, 'utf8')
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map(m => m[1]!)
    const missing = links.filter(l => {
      try {
        readdirSync(resolve(page, '..', l))
        return false
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === 'ENOENT'
      }
    })
    expect(missing).toEqual([])
  })
})
