import { resolve } from 'node:path'
import type { Clock } from '../../core/clock.ts'
import { AndonError, isAndonError } from '../../core/errors.ts'
import { messageOf, textOption } from '../../core/options.ts'
import { realClock } from '../../core/real-clock.ts'
import { contentDigest } from '../sources/content-version.ts'
import type { DocumentWriter, WrittenDocument } from './document-writer.ts'
import { withFileLock } from './file-lock.ts'
import { parseObject } from './parse-object.ts'

/**
 * Writes the file that a `fileSource` reads: a draft beside it, flushed, renamed over it, so that nobody ever reads half
 * of one. Processes of one machine take turns by a lock (`PATH.lock`, beside where a link leads), and each write leaves a line of who, why, when
 * and which version in `PATH.audit` (JSON, one object a line), before the file itself is replaced. The version is that
 * of `fileSource`. There are no deployments to stop: a file is there for everybody at once.
 */
export function fileWriter(given: string, options: { readonly clock?: Clock } = {}): DocumentWriter {
  // Once: the program may change its working directory later.
  const path = resolve(textOption('fileWriter path', given))
  const { clock = realClock } = options
  const name = `file:${given}`
  return {
    name,
    read: () => read(path, name),
    async write(content, { after, by, reason, signal }) {
      textOption('write by', by)
      textOption('write reason', reason)
      try {
        const { rename, rm } = await import('node:fs/promises')
        const { randomUUID } = process.getBuiltinModule('node:crypto')
        const { target, mode } = await placeOf(path)
        return await withFileLock(
          `${target}.lock`,
          async () => {
            const now = await read(path, name)
            if (now?.version !== after) {
              const there = now === undefined ? 'it is gone' : `it is ${now.version} now`
              throw new AndonError('conflict', `${name}: expected version ${after ?? 'none'}, ${there}`)
            }
            const text = `${JSON.stringify(content, null, 2)}\n`
            const version = contentDigest(text)
            const draft = `${target}.${randomUUID()}.tmp`
            try {
              await writeFlushed(draft, text, 'wx', mode)
              const line = { at: clock.now(), by, reason, before: after ?? null, version }
              await writeFlushed(`${target}.audit`, `${JSON.stringify(line)}\n`, 'a', 0o600)
              await rename(draft, target)
            } catch (error) {
              await rm(draft, { force: true })
              throw error
            }
            return { content, version }
          },
          signal,
        )
      } catch (cause) {
        signal?.throwIfAborted()
        if (isAndonError(cause)) throw cause
        throw new AndonError('unwritable', `${name}: ${messageOf(cause)}`, { cause })
      }
    },
    stop: async () => false,
  }
}

async function read(path: string, name: string): Promise<WrittenDocument | undefined> {
  const { readFile } = await import('node:fs/promises')
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new AndonError('unreadable', `${name}: ${messageOf(cause)}`, { cause })
  }
  return { content: parseObject(text, name), version: contentDigest(text) }
}

/** Where a link leads, so that it stays one, and who may read what is there; a new file is its owner's alone. */
async function placeOf(path: string): Promise<{ target: string; mode: number }> {
  const { realpath, stat } = await import('node:fs/promises')
  try {
    const target = await realpath(path)
    return { target, mode: (await stat(target)).mode & 0o777 }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return { target: path, mode: 0o600 }
    throw cause
  }
}

async function writeFlushed(path: string, text: string, flags: 'wx' | 'a', mode: number): Promise<void> {
  const { open } = await import('node:fs/promises')
  const file = await open(path, flags, mode)
  try {
    if (flags === 'wx') await file.chmod(mode)
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}
