import { chmod, link, mkdir, open, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { sleep } from '../../core/abort.ts'
import type { Clock } from '../../core/clock.ts'
import { type Cord, type CordState, unreadableCord } from '../../core/cord.ts'
import { pulled, released } from '../../core/cord-transition.ts'
import { AndonError } from '../../core/errors.ts'
import { textOption } from '../../core/options.ts'
import { realClock } from '../../core/real-clock.ts'

/** How often, and how far apart, a file that ends in the middle of a line is read again: somebody may be writing it. */
const REREADS = 20
const REREAD_MS = 5
/** A longer reason is cut, not refused: nobody should be kept from pulling. */
const LONGEST_REASON = 2000

const NEVER_PULLED: CordState = Object.freeze({ level: 'released', by: 'andon', reason: 'never pulled', at: 0 })

/**
 * A cord in a file that every process on the machine shares (mode 0600). The file is a log to which each pull and
 * release appends one line, and the cord is what they come to, in order: no process can overwrite what another one did,
 * and no lock is needed that a dead one could leave behind. No file: released. A file whose end cannot be understood
 * makes `read` throw `cord-unreadable`, which every effect takes for `freeze`; a pull on top of it stays frozen, and
 * only a release mends it.
 */
export function fileCord(path: string, options: { clock?: Clock } = {}): Cord {
  textOption('fileCord path', path)
  const { clock = realClock } = options
  const read = async ({ signal }: { signal?: AbortSignal } = {}): Promise<CordState> => {
    for (let attempt = 0; ; attempt++) {
      signal?.throwIfAborted()
      const text = await contents(path)
      if (text === undefined) return NEVER_PULLED
      const whole = text.endsWith('\n')
      if (whole || attempt === REREADS) {
        const { state, broken } = fold(text)
        if (broken !== undefined) throw new AndonError('cord-unreadable', `cord ${path}: ${broken}`)
        return state
      }
      // Real time, whatever the clock: what is waited for is another process's write.
      await sleep(realClock, REREAD_MS, signal)
    }
  }
  const append = async (record: CordState) => {
    await ensureFile(path)
    const file = await open(path, 'a', 0o600)
    try {
      // Whatever stands there, half a line too, is closed off: this record begins a line of its own.
      await file.write(`\n${JSON.stringify({ ...record, reason: record.reason.slice(0, LONGEST_REASON) })}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    await chmod(path, 0o600)
    return read()
  }
  return {
    read,
    // Checked against a loose cord, so that bad words are refused whatever the state is.
    pull: async (level, by, reason) => append(pulled(NEVER_PULLED, level, by, reason, clock.now())),
    release: async (by, reason) => append(released(by, reason, clock.now())),
  }
}

/**
 * The file begins with a released cord, so that one that was cut to nothing is told from a new one. It appears with its
 * beginning in one step: two processes that make it at the same time make one.
 */
async function ensureFile(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  if ((await contents(path)) !== undefined) return
  const draft = `${path}.${process.pid}.${Math.trunc(realClock.monotonic() * 1000)}.tmp`
  await writeFile(draft, `${JSON.stringify(NEVER_PULLED)}\n`, { mode: 0o600, flush: true })
  try {
    await link(draft, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await rm(draft, { force: true })
  }
}

async function contents(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new AndonError('cord-unreadable', `cord ${path}: ${(cause as Error).message}`, { cause })
  }
}

/** What the lines come to. `broken` tells what is wrong with the last one, if anything is. */
function fold(text: string): { state: CordState; broken: string | undefined } {
  const lines = text.split('\n').filter(line => line.trim() !== '')
  let state = unreadableCord('it does not begin as a cord does', 0)
  let broken: string | undefined = lines.length === 0 ? 'the file is empty' : undefined
  for (const line of lines) {
    try {
      const { level, by, reason, at } = JSON.parse(line) as CordState
      state = level === 'released' ? released(by, reason, at) : pulled(state, level, by, reason, at)
      broken = undefined
    } catch (error) {
      broken = (error as Error).message
      state = unreadableCord(broken, 0)
    }
  }
  return { state, broken }
}
