import { createWriteStream, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

export interface HistoryEvent {
  /** Who does one thing after the other. One that does not know what became of a write goes on under a new name. */
  readonly process: string
  /** `ok`: it happened. `fail`: it did not. `info`: nobody knows. */
  readonly type: 'invoke' | 'ok' | 'fail' | 'info'
  readonly op: 'read' | 'write'
  readonly key: string
  /** What is written, or was read: null for a key that nobody has written. */
  readonly value?: string | null
}

/** Records what was asked and answered, in the order in which it was, for those who check it later. */
export interface History {
  note(event: HistoryEvent): void
  /** Resolves when all of it is in the file. */
  close(): Promise<void>
}

/** One JSON line an event; `at` in milliseconds since the run began. */
export function openHistory(file: string): History {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const stream = createWriteStream(file, { mode: 0o600 })
  const start = performance.now()
  return {
    note: event => {
      const at = Math.round((performance.now() - start) * 1000) / 1000
      stream.write(`${JSON.stringify({ ...event, at })}\n`)
    },
    close: () =>
      new Promise((resolve, reject) => stream.end((error?: Error | null) => (error ? reject(error) : resolve()))),
  }
}
