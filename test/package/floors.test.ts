import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve('src')
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(f => f.endsWith('.ts'))

/** Every import of a file, as written. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  return [
    ...text.matchAll(/^\s*(?:import|export)[^'"]*?from\s+'([^']+)'|import\(\s*'([^']+)'\s*\)|^import '([^']+)'/gm),
  ].map(m => (m[1] ?? m[2] ?? m[3])!)
}

/** Which room a file is in: `core`, `parts/journal`, `pipeline`, … */
function roomOf(file: string): string {
  const [first, second] = file.split('/')
  return first === 'parts' ? `parts/${second}` : first!
}

const inside = files.flatMap(file =>
  importsOf(file)
    .filter(i => i.startsWith('.'))
    .map(i => ({ file, target: relative(root, resolve(root, dirname(file), i)) })),
)

test('the house has files, and they import each other', () => {
  expect(files.length).toBeGreaterThan(60)
  expect(inside.length).toBeGreaterThan(150)
})

test('core ← parts ← primitives ← cli, and primitives never import each other', () => {
  const allowed = (from: string, to: string) => {
    if (from === to || to === 'core') return true
    if (from === 'core') return false
    if (to.startsWith('parts/')) return true
    return from === 'cli'
  }
  const wrong = inside.filter(({ file, target }) => !allowed(roomOf(file), roomOf(target)))
  expect(wrong).toEqual([])
})

test('core uses nothing of the outside, not even an I/O module of Node', () => {
  const outside = files
    .filter(f => roomOf(f) === 'core')
    .flatMap(f =>
      importsOf(f)
        .filter(i => !i.startsWith('.'))
        .map(i => `${f}: ${i}`),
    )
  expect(outside).toEqual([])
})

test('only the injected clock and random read time and chance', () => {
  const readers = files.filter(f =>
    /\bDate\.now\(|\bMath\.random\(|\bnew Date\(\)|\bperformance\.now\(/.test(readFileSync(join(root, f), 'utf8')),
  )
  expect(readers.sort()).toEqual(['core/random.ts', 'core/real-clock.ts'])
})

test('each room has an index that is an explicit list', () => {
  const rooms = new Set(files.map(roomOf))
  for (const room of rooms) {
    if (room === 'cli') continue
    const index = readFileSync(join(root, room, 'index.ts'), 'utf8')
    expect(index).not.toContain('export *')
  }
})
