import { open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AndonError } from '../../core/errors.ts'
import { describe, messageOf } from '../../core/options.ts'
import { realClock } from '../../core/real-clock.ts'

/** The largest token that a host has seen, in a file of its own. */
export interface TokenFile {
  /** 0 when there is no file yet. Throws `agent-refused` when there is one that says nothing. */
  read(): Promise<number>
  /** Resolves once a token at least as large stands on the disk; to the largest there is. Throws `agent-refused`. */
  raise(token: number): Promise<number>
}

let drafts = 0

/**
 * Mode 0600; the file is replaced in one step, and on the disk before anybody acts by it. Agents of several processes
 * may share it: each reads it again before it writes.
 */
export function tokenFile(path: string): TokenFile {
  let turn: Promise<unknown> = Promise.resolve()
  const raise = async (token: number) => {
    const largest = await read(path)
    if (largest >= token) return largest
    await replace(path, `${JSON.stringify({ token })}\n`)
    return token
  }
  return {
    read: () => read(path),
    raise(token) {
      const mine = turn.then(() => raise(token))
      turn = mine.catch(() => {})
      return mine
    },
  }
}

async function read(path: string): Promise<number> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw refused(path, messageOf(cause), cause)
  }
  try {
    const { token } = JSON.parse(text) as { token?: unknown }
    if (Number.isSafeInteger(token) && (token as number) >= 0) return token as number
  } catch {
    // Said below.
  }
  throw refused(path, `expected {"token": a whole number}, got ${describe(text)}`)
}

async function replace(path: string, text: string): Promise<void> {
  const draft = `${path}.${process.pid}.${Math.trunc(realClock.monotonic() * 1000)}.${++drafts}.tmp`
  try {
    const file = await open(draft, 'wx', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, path)
    // The new name, too, has to survive a power cut.
    const folder = await open(dirname(path), 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  } catch (cause) {
    await rm(draft, { force: true }).catch(() => {})
    throw refused(path, messageOf(cause), cause)
  }
}

const refused = (path: string, why: string, cause?: unknown) =>
  new AndonError('agent-refused', `the largest token in ${path}: ${why}`, { cause })
