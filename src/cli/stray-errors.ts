import { messageOf } from '../core/options.ts'
import { printable } from './printable.ts'

/** Errors that come when nobody waits for them any more: of a promise that was not awaited, of a timer. */
export interface StrayErrors {
  /** How many there were until now. */
  readonly count: number
  /** The summary of them, as in `2 errors outside of any step`; undefined when there are none. */
  summary(): string | undefined
  /** Resolves when those have been heard that are there already. */
  heard(): Promise<void>
  /** Stops listening: what comes then ends the process, as it does by itself. */
  close(): void
}

const EVENTS = ['unhandledRejection', 'uncaughtException'] as const
const LONGEST_LINE = 1000
/** So many are told each by itself, then every so many-th: a timer may throw for ever. */
const TOLD = 100

/**
 * Listens for errors that would end the process, so that one step does not end the runs of all the others. Each is told
 * as one line of at most 1000 characters; `clean` takes the secrets out of it.
 */
export function strayErrors(stderr: (text: string) => void, clean: (text: string) => string): StrayErrors {
  let count = 0
  const onError = (error: unknown) => {
    count++
    if (count > TOLD && count % TOLD !== 0) return
    const nth = count > TOLD ? ` (number ${count})` : ''
    // Cut last: half a secret would not be known as one.
    const text = printable(clean(`${messageOf(error)}${frameOf(error)}`))
    const short = text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE - 3)}...` : text
    stderr(`andon: an error outside of any step${nth}: ${short}\n`)
  }
  for (const name of EVENTS) process.on(name, onError)
  return {
    get count() {
      return count
    },
    summary: () => (count === 0 ? undefined : `${count} error${count === 1 ? '' : 's'} outside of any step`),
    // Node tells of rejections when the promises of a turn are done.
    heard: () => new Promise(resolve => setImmediate(resolve)),
    close() {
      for (const name of EVENTS) process.off(name, onError)
    },
  }
}

/** Where it was thrown, as far as it says so. */
function frameOf(error: unknown): string {
  try {
    const frame = error instanceof Error ? /^\s+(at .+)$/m.exec(String(error.stack)) : null
    return frame ? ` ${frame[1]}` : ''
  } catch {
    return ''
  }
}
