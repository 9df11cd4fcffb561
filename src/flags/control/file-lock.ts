import { sleep } from '../../core/abort.ts'
import { AndonError } from '../../core/errors.ts'
import { messageOf } from '../../core/options.ts'
import { realClock } from '../../core/real-clock.ts'

const PATIENCE_MS = 10_000
const RETRY_MS = 10

/**
 * Runs `work` while no other process on this machine runs any under the lock of the same name. The lock is SQLite's, on
 * a file at `path`: the system lets go of it when its process dies, however that happens, so none is ever left behind.
 * Rejects with `unwritable` when the lock cannot be had within ten seconds.
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const { DatabaseSync } = await import('node:sqlite')
  const deadline = realClock.monotonic() + PATIENCE_MS
  for (;;) {
    signal?.throwIfAborted()
    const lock = new DatabaseSync(path, { timeout: 0 })
    try {
      try {
        lock.exec('BEGIN EXCLUSIVE')
      } catch (cause) {
        if (!isBusy(cause) || realClock.monotonic() > deadline)
          throw new AndonError('unwritable', `${path}: the lock cannot be had: ${messageOf(cause)}`, { cause })
        await sleep(realClock, RETRY_MS, signal)
        continue
      }
      return await work()
    } finally {
      // Ends the transaction as well, which has written nothing.
      lock.close()
    }
  }
}

/** SQLITE_BUSY is 5, SQLITE_LOCKED 6; the low byte, because there are extended forms. */
const isBusy = (error: unknown): boolean => {
  const { errcode } = error as { errcode?: number }
  return errcode !== undefined && ((errcode & 0xff) === 5 || (errcode & 0xff) === 6)
}
