import { type FileHandle, open, stat } from 'node:fs/promises'
import { isAndonError } from '../../core/errors.ts'
import type { CheckedOptions } from './build-options.ts'
import type { IdList } from './id-list.ts'
import { unreadable } from './refusals.ts'
import { slices } from './slices.ts'
import { textReader } from './text-reader.ts'
import { utf8Pieces } from './utf8-pieces.ts'

const CHUNK = 32_768

/** The file as it was read: another one under the same name, or a change to it, has another stamp. */
export interface StampedList {
  readonly list: IdList
  readonly stamp: string
}

/** What tells one state of the file from another. Rejects with `list-unreadable`. */
export async function fileStamp(path: string, name: string): Promise<string> {
  try {
    return stampOf(await stat(path, { bigint: true }))
  } catch (cause) {
    throw unreadable(name, cause)
  }
}

/**
 * Reads and builds in slices. A rename over the path while it reads changes nothing: the file that was opened is read to
 * its end. One that is written to meanwhile is refused. Rejects with `list-unreadable` and as `buildIdList` does.
 */
export async function readListFile(path: string, options: CheckedOptions): Promise<StampedList> {
  const { name, clock, sliceMs, signal } = options
  let file: FileHandle | undefined
  try {
    signal?.throwIfAborted()
    // Asked before it is opened: opening a pipe would wait for its writer.
    if (!(await stat(path)).isFile()) throw new Error('expected a file')
    file = await open(path, 'r')
    const stamp = stampOf(await file.stat({ bigint: true }))
    const staged = options.stage()
    const work = slices(clock, sliceMs, signal)
    const reader = textReader(name, staged, options.format)
    const pieces = utf8Pieces()
    const chunk = Buffer.alloc(CHUNK)
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, CHUNK)
      if (bytesRead === 0) break
      const { text, valid } = pieces.write(chunk.subarray(0, bytesRead))
      reader.read(text, 0, text.length)
      if (!valid) throw reader.refuse('UTF-8', 'a byte that is none')
      if (work.over()) await work.rest()
    }
    if (!pieces.end()) throw reader.refuse('UTF-8', 'half a character at the end')
    reader.end()
    const list = await work.run(staged.finish())
    if (stampOf(await file.stat({ bigint: true })) !== stamp) {
      throw new Error('expected a file that is replaced by a rename, got one that was written to while it was read')
    }
    return { list, stamp }
  } catch (error) {
    signal?.throwIfAborted()
    throw isAndonError(error) ? error : unreadable(name, error)
  } finally {
    await file?.close().catch(() => {})
  }
}

const stampOf = (s: { ino: bigint; dev: bigint; size: bigint; mtimeNs: bigint }) =>
  `${s.dev}:${s.ino}:${s.size}:${s.mtimeNs}`
