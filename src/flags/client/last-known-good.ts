import { constants } from 'node:fs'
import { AndonError } from '../../core/errors.ts'
import { describe, messageOf } from '../../core/options.ts'

export interface LastKnownGoodOptions {
  /** In a folder that is there and belongs to this service. */
  readonly path: string
  /** With a key the file carries an HMAC-SHA-256, and one that somebody else wrote is refused. Without: a checksum. */
  readonly key?: string
}

/** One document on disk. */
export interface KeptDocument {
  readonly version: string
  readonly content: string
}

/** What is on disk, for starts without a source: the document, and the audiences when they have a source of their own. */
export interface Kept {
  readonly documents: readonly KeptDocument[]
  /** When it was saved, in epoch milliseconds. */
  readonly savedAt: number
}

/** Two documents of the longest kind, escaped. */
const LARGEST_FILE = 32 * 1024 * 1024
const FORMAT = 'andon-flags/1'

/**
 * Reads what was kept; undefined when there is no file. Throws `last-known-good` for one that is torn, tampered with, or
 * no such file at all: it is refused, and whoever asks says so.
 */
export async function readLastKnownGood({ path, key }: LastKnownGoodOptions): Promise<Kept | undefined> {
  const { open } = await import('node:fs/promises')
  let text: string
  try {
    // Not waiting for whoever would write into a pipe.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const { size } = await file.stat().then(stat => (stat.isFile() ? stat : { size: Number.NaN }))
      if (!(size <= LARGEST_FILE)) throw new RangeError(`expected a file of at most ${LARGEST_FILE} bytes`)
      text = await file.readFile('utf8')
    } finally {
      await file.close()
    }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw refused(path, messageOf(cause), cause)
  }
  let kept: Kept & { format?: string; digest?: string }
  try {
    kept = JSON.parse(text)
  } catch (cause) {
    throw refused(path, `it is torn: ${messageOf(cause)}`, cause)
  }
  const { format, documents, savedAt, digest } = kept ?? {}
  if (format !== FORMAT || !Array.isArray(documents) || !documents.every(isKept) || typeof savedAt !== 'number') {
    throw refused(path, `expected a file of format ${FORMAT}, got ${describe(format)}`)
  }
  if (!(await sameDigest(await digestOf({ documents, savedAt }, key), digest))) {
    throw refused(
      path,
      key === undefined
        ? 'its checksum is wrong: torn, or written with a key'
        : 'its signature is wrong: torn, tampered with, or written with another key',
    )
  }
  return { documents, savedAt }
}

const isKept = (one: Partial<KeptDocument> | null) =>
  typeof one?.version === 'string' && typeof one.content === 'string'

/** Keeps a document: written beside, synced, then renamed over, mode 0600. Throws `last-known-good` when that fails. */
export async function writeLastKnownGood({ path, key }: LastKnownGoodOptions, kept: Kept): Promise<void> {
  const { open, rename, rm } = await import('node:fs/promises')
  const { randomBytes } = await import('node:crypto')
  // A name of its own: two clients of one process, or two processes, may keep the same document at the same time.
  const draft = `${path}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`
  try {
    const file = await open(draft, 'wx', 0o600)
    try {
      await file.writeFile(JSON.stringify({ format: FORMAT, ...kept, digest: await digestOf(kept, key) }))
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, path)
  } catch (cause) {
    await rm(draft, { force: true }).catch(() => {})
    throw refused(path, `it cannot be written: ${messageOf(cause)}`, cause)
  }
}

const refused = (path: string, why: string, cause?: unknown) =>
  new AndonError('last-known-good', `last known good ${path}: ${why}`, cause === undefined ? {} : { cause })

async function digestOf({ documents, savedAt }: Kept, key: string | undefined): Promise<string> {
  const { createHash, createHmac } = await import('node:crypto')
  const hash = key === undefined ? createHash('sha256') : createHmac('sha256', key)
  return hash.update(JSON.stringify([FORMAT, savedAt, ...documents.flatMap(d => [d.version, d.content])])).digest('hex')
}

async function sameDigest(expected: string, given: unknown): Promise<boolean> {
  const { timingSafeEqual } = await import('node:crypto')
  const [a, b] = [Buffer.from(expected), Buffer.from(typeof given === 'string' ? given : '')]
  return a.length === b.length && timingSafeEqual(a, b)
}
