// Installs what the project needs, on first use and after the manifest or the lockfile changed.
// Plain JavaScript without dependencies: it must run on whatever Node the machine has (20 and later).
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const installed = join(root, 'node_modules', '.package-lock.json')
const stamp = file => statSync(join(root, file)).mtimeMs
const fresh =
  existsSync(installed) && statSync(installed).mtimeMs >= Math.max(stamp('package.json'), stamp('package-lock.json'))

if (!fresh) {
  console.error('andon: installing dependencies (npm ci) …')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const done = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  })
  if (done.status !== 0) {
    console.error('andon: npm ci failed; run it by hand to see why')
    process.exit(done.status ?? 1)
  }
}
