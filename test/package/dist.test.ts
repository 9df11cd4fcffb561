import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { subpaths } from '../../scripts/subpaths.ts'
import { NODE_22, node22 } from './node-22.ts'
import { BUILD_MS, userFolder } from './tarball.ts'

// The promises of the package itself, checked on the tarball as a user would install it.
// The bridge to OpenFeature needs OpenFeature, which a user without it does not have.
const NEEDS_A_PEER = ['andon/flags/openfeature']
const names = subpaths('.')
  .map(s => s.name)
  .filter(name => !NEEDS_A_PEER.includes(name))
let folder: string
beforeAll(() => {
  folder = userFolder()
}, BUILD_MS)

const NODES = [
  { version: process.versions.node, find: () => ({ path: process.execPath }) },
  { version: NODE_22, find: node22 },
]

describe.each(NODES)('the packed tarball on Node $version', ({ version, find }) => {
  let found: ReturnType<typeof find>
  beforeAll(() => {
    found = find()
    if ('missing' in found) console.warn(`the tarball is NOT tested on Node ${version}: ${found.missing}`)
  }, BUILD_MS)
  beforeEach(ctx => {
    if ('missing' in found) ctx.skip(found.missing)
  })
  const node = (...args: string[]) => {
    if ('missing' in found) throw new Error(found.missing)
    return execFileSync(found.path, args, { cwd: folder, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } })
  }

  test('it is that Node', () => expect(node('--version').trim()).toBe(`v${version}`))

  test.each(names)('%s can be imported and required, and both have the same names', subpath => {
    const esm = node('--input-type=module', '-e', `console.log(Object.keys(await import('${subpath}')).sort().join())`)
    const cjs = node(
      '-e',
      `console.log(Object.keys(require('${subpath}')).filter(k => k !== '__esModule').sort().join())`,
    )
    expect(esm.trim().length).toBeGreaterThan(3)
    expect(cjs).toBe(esm)
  })

  test('has one class of errors across subpaths, in both module systems', () => {
    const cjs =
      "const { AndonError, isAndonError } = require('andon'); const { pipeline } = require('andon/pipeline'); try { pipeline('') } catch (e) { console.log(e instanceof AndonError, isAndonError(e, 'invalid-option')) }"
    expect(node('-e', cjs).trim()).toBe('true true')
    const esm =
      "import { AndonError, isAndonError } from 'andon'; import { pipeline } from 'andon/pipeline'; try { pipeline('') } catch (e) { console.log(e instanceof AndonError, isAndonError(e, 'invalid-option')) }"
    expect(node('--input-type=module', '-e', esm).trim()).toBe('true true')
  })

  test('errors of one copy are recognised by the other', () => {
    const both =
      "import { createRequire } from 'node:module'; import { isAndonError } from 'andon'; try { createRequire(import.meta.url)('andon/pipeline').pipeline('') } catch (e) { console.log(isAndonError(e)) }"
    writeFileSync(join(folder, 'both.mjs'), both)
    expect(node('both.mjs').trim()).toBe('true')
  })

  test.each(names)('%s on import: no vendor package, no handle, no global, no database', subpath => {
    const script = `
      const { registerHooks } = await import('node:module')
      const loaded = []
      registerHooks({
        load(url, context, next) {
          loaded.push(url)
          return next(url, context)
        },
      })
      const before = new Set(Reflect.ownKeys(globalThis))
      await import('${subpath}')
      // Node itself sets undici's symbols when its HTTP server is loaded.
      const added = Reflect.ownKeys(globalThis).filter(k => !before.has(k)).map(String).filter(k => !k.includes('undici'))
      const handles = process.getActiveResourcesInfo().filter(r => !/Pipe|TTY|FSReq/.test(r))
      const sqlite = process.moduleLoadList.some(m => /sqlite/.test(m))
      const vendors = loaded.filter(u => !/node_modules.(andon|re2js|opossum).|^node:/.test(u))
      if (loaded.length === 0) throw new Error('the hook saw nothing')
      console.log(JSON.stringify({ added, handles, sqlite, vendors }))`
    expect(JSON.parse(node('--input-type=module', '-e', script))).toEqual({
      added: [],
      handles: [],
      sqlite: false,
      vendors: [],
    })
  })

  test('has a command line that works', () => {
    const { bin } = JSON.parse(readFileSync(join(folder, 'node_modules/andon/package.json'), 'utf8')) as {
      bin: { andon: string }
    }
    expect(node(join(folder, 'node_modules/andon', bin.andon), 'pipeline', '--help')).toContain(
      'print the stages, the waves',
    )
  })
})

describe('what is packed', () => {
  const manifest = () =>
    JSON.parse(readFileSync(join(folder, 'node_modules/andon/package.json'), 'utf8')) as {
      engines: { node: string }
      dependencies: Record<string, string>
    }

  test('is installed outside of the project', () => expect(resolve(folder).startsWith(resolve('.'))).toBe(false))

  test('installs few packages and little of them', () => {
    const tree = JSON.parse(
      execFileSync('npm', ['ls', '--all', '--json'], {
        cwd: folder,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    ) as { dependencies: object }
    // Optional peers are in the tree as well, without a version: they are not there.
    const count = (node: { dependencies?: object }): number =>
      Object.values(node.dependencies ?? {}).reduce(
        (n: number, d: { version?: string; dependencies?: object }) => n + (d.version === undefined ? 0 : 1) + count(d),
        0,
      )
    expect(count(tree)).toBeLessThanOrEqual(12)
    const kilobytes = Number(
      execFileSync('du', ['-sk', join(folder, 'node_modules')], { encoding: 'utf8' }).split('\t')[0],
    )
    expect(kilobytes).toBeLessThan(5 * 1024)
  })

  test('puts its command on the path', () => {
    const help = execFileSync(join(folder, 'node_modules', '.bin', 'andon'), ['--help'], { encoding: 'utf8' })
    expect(help).toContain('andon')
  })

  test('says which Node it needs, in the manifest and in the README', () => {
    const [, oldest] = /^>=(\d+\.\d+)$/.exec(manifest().engines.node) ?? []
    // Node 22.12 has no `node:sqlite` without a flag.
    expect(oldest).toBe('22.13')
    expect(readFileSync(join(folder, 'node_modules/andon/README.md'), 'utf8')).toContain(`Node ${oldest}`)
  })

  test('names no dependency by a range', () => {
    expect(Object.values(manifest().dependencies).filter(v => !/^\d+\.\d+\.\d+$/.test(v))).toEqual([])
  })
})
