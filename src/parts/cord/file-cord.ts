import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { sleep } from '../../core/abort.ts'
import type { Clock } from '../../core/clock.ts'
import { type Cord, type CordState, unreadableCord } from '../../core/cord.ts'
import { pulled, released } from '../../core/cord-transition.ts'
import { AndonError } from '../../core/errors.ts'
import { describe, textOption } from '../../core/options.ts'
import { realClock } from '../../core/real-clock.ts'

/** A lock file older than this was left by a process that died while it wrote. */
const STALE_LOCK_MS = 10_000
const LOCK_PATIENCE_MS = 12_000

/**
 * A cord in a file that every process on the machine shares (mode 0600, replaced atomically). No file: released. A file
 * that cannot be read or understood makes `read` throw `cord-unreadable`, which every effect takes for `freeze`.
 */
export function fileCord(path: string, options: { clock?: Clock } = {}): Cord {
  textOption('fileCord path', path)
  const { clock = realClock } = options
  const read = async (): Promise<CordState> => {
    let text: string
    try {
      text = await readFile(path, 'utf8')
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
        return { level: 'released', by: 'andon', reason: 'never pulled', at: 0 }
      }
      throw new AndonError('cord-unreadable', `cord ${path}: ${(cause as Error).message}`, { cause })
    }
    return parseCord(path, text)
  }
  const change = (next: (state: CordState) => CordState) =>
    locked(path, clock, async () => {
      // What cannot be read counts as frozen, so a pull leaves it frozen and only a release makes it readable and loose.
      const state = next(await read().catch((error: Error) => unreadableCord(error.message, clock.now())))
      const draft = `${path}.${process.pid}.tmp`
      const file = await open(draft, 'w', 0o600)
      try {
        await file.writeFile(`${JSON.stringify(state)}\n`)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(draft, path)
      return state
    })
  return {
    read,
    pull: (level, by, reason) => change(state => pulled(state, level, by, reason, clock.now())),
    release: (by, reason) => change(() => released(by, reason, clock.now())),
  }
}

function parseCord(path: string, text: string): CordState {
  try {
    const { level, by, reason, at } = JSON.parse(text) as CordState
    if (!['released', 'hold', 'freeze'].includes(level))
      throw new Error(`level: expected 'released', 'hold' or 'freeze', got ${describe(level)}`)
    return { level, by: String(by), reason: String(reason), at: Number(at) || 0 }
  } catch (cause) {
    throw new AndonError('cord-unreadable', `cord ${path}: ${(cause as Error).message}`, { cause })
  }
}

/** Reading, deciding and writing as one step among all processes, so that a `hold` cannot overwrite a `freeze`. */
async function locked<T>(path: string, clock: Clock, work: () => Promise<T>): Promise<T> {
  const lock = `${path}.lock`
  await mkdir(dirname(path), { recursive: true })
  const start = clock.monotonic()
  for (;;) {
    try {
      await (await open(lock, 'wx', 0o600)).close()
      break
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
      const age = await stat(lock).then(
        s => clock.now() - s.mtimeMs,
        () => 0,
      )
      if (age > STALE_LOCK_MS) await rm(lock, { force: true })
      else if (clock.monotonic() - start > LOCK_PATIENCE_MS)
        throw new AndonError('cord-busy', `cord ${path}: locked for ${Math.round(age)} ms`)
      else await sleep(clock, 10)
    }
  }
  try {
    return await work()
  } finally {
    await rm(lock, { force: true })
  }
}
