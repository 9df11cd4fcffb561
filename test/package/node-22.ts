import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** The other Node that the package is for; `engines` says from which of its minors. */
export const NODE_22 = '22.23.3'

// Not a dependency of the project: its `node_modules/.bin/node` would stand before the one the scripts run on.
const FOLDER = resolve('node_modules/.cache/node-22')
const BINARY = 'node_modules/node/bin/node'

export type Node22 = { readonly path: string } | { readonly missing: string }

/** Node 22 from npm, kept under `node_modules/.cache`. Without a network, what it would have needed. */
export function node22(): Node22 {
  const path = resolve(FOLDER, BINARY)
  if (versionOf(path) === NODE_22) return { path }
  const mine = `${FOLDER}-${process.pid}`
  try {
    install(mine)
    const got = versionOf(resolve(mine, BINARY))
    if (got !== NODE_22) throw new Error(`the installed binary says ${got ?? 'nothing'}`)
    rmSync(FOLDER, { recursive: true, force: true })
    renameSync(mine, FOLDER)
    return { path }
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string }
    const why = (stderr?.split('\n').find(line => /^npm error (?!code|errno|syscall)/.test(line)) ?? message).trim()
    return { missing: `needs node@${NODE_22} from the npm registry (once; it is kept in ${FOLDER}): ${why}` }
  } finally {
    rmSync(mine, { recursive: true, force: true })
  }
}

function versionOf(path: string): string | undefined {
  if (!existsSync(path)) return undefined
  try {
    return execFileSync(path, ['--version'], { encoding: 'utf8', stdio: 'pipe' }).trim().slice(1)
  } catch {
    return undefined
  }
}

function install(folder: string): void {
  mkdirSync(dirname(folder), { recursive: true })
  mkdirSync(folder)
  // The binary comes by an install script, which npm 12 runs only where it is allowed.
  writeFileSync(`${folder}/package.json`, '{"private":true,"allowScripts":{"node":true}}')
  const words = ['install', `node@${NODE_22}`, '--no-audit', '--no-fund', '--prefer-offline', '--fetch-retries=1']
  execFileSync('npm', words, { cwd: folder, encoding: 'utf8', stdio: 'pipe', timeout: 150_000 })
}
