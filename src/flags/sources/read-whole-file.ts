import { open, stat } from 'node:fs/promises'
import { AndonError } from '../../core/errors.ts'
import { realClock } from '../../core/real-clock.ts'
import { contentDigest } from './content-version.ts'
import { readText } from './read-text.ts'

interface Options {
  readonly maxBytes: number
  /** Whether the file was there before: then its absence may be a moment between two steps of a writer. */
  readonly expected: boolean
  /** The digest of what was read last; the same again needs no proof that it is whole. */
  readonly known: string | undefined
  readonly signal: AbortSignal
}

/** How often, and how far apart, a file that is not whole JSON is read again: somebody may be writing it. */
const REREADS = 20
const REREAD_MS = 25

interface WholeFile {
  readonly text: string
  readonly digest: string
  readonly signature: string
}

/**
 * A file's text with its digest and the signature that it had. A file that is not whole JSON, or not there though expected, is read
 * again for up to half a second, and then taken as it is. Throws `not-found`, `empty`, `too-large`, `unreadable` (not a regular
 * file), `malformed` (no UTF-8), and what the file system throws.
 */
export async function readWholeFile(path: string, { maxBytes, expected, known, signal }: Options): Promise<WholeFile> {
  for (let attempt = 0; ; attempt++) {
    const last = attempt === REREADS
    try {
      const read = await readOnce(path, maxBytes)
      if (last || read.digest === known || isWholeJson(read.text)) return read
    } catch (error) {
      const { code } = error as AndonError
      const passing = code === 'empty' || code === 'malformed' || (code === 'not-found' && expected)
      if (last || !passing) throw error
    }
    // Real time, whatever the clock: what is waited for is another process's write. Keeps no process alive.
    await new Promise<void>(done => void realClock.setTimer(REREAD_MS, done))
    signal.throwIfAborted()
  }
}

/** What tells that a file was replaced or written: undefined when there is none. */
export async function signatureOf(path: string): Promise<string | undefined> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true })
    return [dev, ino, size, mtimeNs, ctimeNs].join()
  } catch {
    return undefined
  }
}

async function readOnce(path: string, maxBytes: number): Promise<WholeFile> {
  const file = await openForReading(path)
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await file.stat({ bigint: true })
    if (size > BigInt(maxBytes))
      throw new AndonError('too-large', `${path}: ${size} bytes, and maxBytes is ${maxBytes}`)
    const bytes = await file.readFile()
    if (bytes.byteLength === 0) throw new AndonError('empty', `${path}: the file is empty`)
    const digest = contentDigest(bytes)
    return { text: readText(path, bytes), digest, signature: [dev, ino, size, mtimeNs, ctimeNs].join() }
  } finally {
    await file.close()
  }
}

async function openForReading(path: string) {
  try {
    // Asked before opening: to open a pipe is to wait for whoever writes into it.
    if (!(await stat(path)).isFile()) throw new AndonError('unreadable', `${path}: not a regular file`)
    return await open(path, 'r')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause
    throw new AndonError('not-found', `${path}: there is no such file`, { cause })
  }
}

function isWholeJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
