// npm run api: writes the public surface of every subpath to api/, one file each, from a fresh build.
// With --check it writes nothing, prints what differs and exits 1.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { diff } from 'node:util'
import { apiReports, committedReports, REWRITE } from './api-reports.ts'
import { stagePackage } from './stage-package.ts'

const FOLDER = 'api'
const words = process.argv.slice(2)
if (words.some(w => w !== '--check')) {
  console.error(`api: expected --check or nothing, got ${words.join(' ')}`)
  process.exit(2)
}
const staged = mkdtempSync(join(tmpdir(), 'andon-api-'))
try {
  stagePackage(staged)
  const built = apiReports(staged)
  const committed = committedReports(FOLDER)
  const files = [...new Set([...committed.keys(), ...built.keys()])].sort()
  const changed = files.filter(file => built.get(file) !== committed.get(file))
  for (const file of changed) console.log(`${join(FOLDER, file)}: ${tell(committed.get(file), built.get(file))}`)
  if (!words.includes('--check')) write(built, changed)
  else if (changed.length > 0) {
    console.error(`api: the public surface is not the committed one; if it should be, run ${REWRITE} and commit`)
    process.exitCode = 1
  }
} catch (error) {
  console.error(`api: ${error.message}`)
  process.exitCode = 1
} finally {
  rmSync(staged, { recursive: true, force: true })
}

function write(built, changed) {
  mkdirSync(FOLDER, { recursive: true })
  for (const file of changed) {
    const text = built.get(file)
    if (text === undefined) rmSync(join(FOLDER, file))
    else writeFileSync(join(FOLDER, file), text)
  }
}

/** The lines that come and go; a line's neighbours are not shown. */
function tell(before, after) {
  if (before === undefined) return 'new'
  if (after === undefined) return 'no longer a subpath'
  const lines = diff(before.split('\n'), after.split('\n')).filter(([sign]) => sign !== 0)
  // `diff` says -1 for what only the second has.
  return lines.map(([sign, line]) => `\n  ${sign < 0 ? '+' : '-'} ${line}`).join('')
}
