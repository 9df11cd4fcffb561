import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

// The promises of the package itself, checked on the tarball as a user would install it.
const folder = mkdtempSync(join(tmpdir(), 'andon-package-'))
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  exports: Record<string, unknown>
  dependencies: Record<string, string>
}
// The bridge to OpenFeature needs OpenFeature, which a user without it does not have.
const NEEDS_A_PEER = ['./flags/openfeature']
const subpaths = Object.keys(manifest.exports)
  .filter(s => s !== './package.json' && !NEEDS_A_PEER.includes(s))
  .map(s => `andon${s.slice(1)}`)
const node = (...args: string[]) =>
  execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } })

beforeAll(() => {
  execFileSync(process.execPath, ['node_modules/tsup/dist/cli-default.js', '--silent'], { stdio: 'ignore' })
  const [{ filename }] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--pack-destination', folder], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  ) as [{ filename: string }]
  writeFileSync(join(folder, 'package.json'), '{"name":"user","private":true}')
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', `./${filename}`], {
    cwd: folder,
    stdio: 'ignore',
  })
}, 180_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the packed tarball', () => {
  test.each(subpaths)('%s can be imported and required, and both have the same names', subpath => {
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

  test.each(subpaths)('%s on import: no vendor package, no handle, no global, no database', subpath => {
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
      const vendors = loaded.filter(u => !/node_modules.(andon|re2js).|^node:/.test(u))
      if (loaded.length === 0) throw new Error('the hook saw nothing')
      console.log(JSON.stringify({ added, handles, sqlite, vendors }))`
    expect(JSON.parse(node('--input-type=module', '-e', script))).toEqual({
      added: [],
      handles: [],
      sqlite: false,
      vendors: [],
    })
  })

  test('installs few packages and little of them', () => {
    const tree = JSON.parse(
      execFileSync('npm', ['ls', '--all', '--json'], {
        cwd: folder,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    ) as { dependencies: object }
    const count = (node: { dependencies?: object }): number =>
      Object.values(node.dependencies ?? {}).reduce((n: number, d) => n + 1 + count(d as never), 0)
    expect(count(tree)).toBeLessThanOrEqual(12)
    const kilobytes = Number(
      execFileSync('du', ['-sk', join(folder, 'node_modules')], { encoding: 'utf8' }).split('\t')[0],
    )
    expect(kilobytes).toBeLessThan(5 * 1024)
  })

  test('has a command line that works', () => {
    const help = execFileSync(join(folder, 'node_modules', '.bin', 'andon'), ['pipeline', '--help'], {
      encoding: 'utf8',
    })
    expect(help).toContain('print the stages, the waves')
  })

  test('names no dependency by a range', () => {
    expect(Object.values(manifest.dependencies).filter(v => !/^\d+\.\d+\.\d+$/.test(v))).toEqual([])
    expect(resolve(folder)).not.toBe(resolve('.'))
  })
})
