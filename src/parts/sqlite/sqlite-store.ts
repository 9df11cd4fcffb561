import { sleep } from '../../core/abort.ts'
import type { Clock } from '../../core/clock.ts'
import { type Random, systemRandom } from '../../core/random.ts'
import { realClock } from '../../core/real-clock.ts'
import { openSqliteFile, type SqliteFile } from './open-sqlite-file.ts'
import { isBusy } from './sqlite-errors.ts'

/** A file that is opened at its first use, and shared with other processes. */
export interface SqliteStore {
  /** Runs `work` on the open file; anew, from its beginning, while other processes keep the file busy. */
  read<T>(signal: AbortSignal | undefined, work: (file: SqliteFile) => T): Promise<T>
  /** The same in a transaction. */
  write<T>(signal: AbortSignal | undefined, work: (file: SqliteFile) => T): Promise<T>
  close(): Promise<void>
}

export interface SqliteStoreOptions {
  readonly schema: string
  readonly check?: (file: SqliteFile) => void
  /** How long a call may wait for other processes' writes, in milliseconds. */
  readonly timeoutMs: number
  /** What is thrown once it is closed. */
  readonly closedError: () => unknown
  /** What SQLite or `work` threw, as it is to be thrown on. */
  readonly storeError: (cause: unknown) => unknown
  readonly clock?: Clock | undefined
  readonly random?: Random | undefined
}

/** Makes one; touches nothing before the first use. An opening that fails is not remembered: the next call tries again. */
export function sqliteStore(path: string, options: SqliteStoreOptions): SqliteStore {
  const { schema, check, timeoutMs, closedError, storeError, clock = realClock, random = systemRandom } = options
  let opening: Promise<SqliteFile> | undefined
  let closed = false

  const opened = (): Promise<SqliteFile> => {
    opening ??= openSqliteFile(path, { schema, check })
    opening.catch(() => {
      opening = undefined
    })
    return opening
  }
  const attempt = async <T>(work: (file: SqliteFile) => T): Promise<T> => {
    const file = await opened()
    if (closed) throw closedError()
    file.verify()
    return work(file)
  }
  const reach = async <T>(signal: AbortSignal | undefined, work: (file: SqliteFile) => T): Promise<T> => {
    // Jitter, so that processes that collided do not collide again.
    for (const until = clock.monotonic() + timeoutMs; ; await sleep(clock, 1 + random() * 15, signal)) {
      signal?.throwIfAborted()
      if (closed) throw closedError()
      try {
        return await attempt(work)
      } catch (error) {
        if (!isBusy(error) || clock.monotonic() >= until) throw storeError(error)
      }
    }
  }
  return {
    read: reach,
    write: (signal, work) => reach(signal, file => file.transaction(() => work(file))),
    async close() {
      closed = true
      const file = await opening?.catch(() => undefined)
      opening = undefined
      file?.close()
    },
  }
}
