import type { AndonError } from '../../core/errors.ts'
import { type Logger, safeLogger } from '../../core/logger.ts'
import { invalid, numberOption, portOption, textOption } from '../../core/options.ts'
import { buildIdListSync } from './build-id-list.ts'
import type { IdList } from './id-list.ts'
import { shrunk } from './refusals.ts'

/** What happened to a held list; `list` is the one that answers now. */
export type ListEvent =
  | { readonly type: 'swapped'; readonly list: IdList; readonly previous: IdList; readonly forced: boolean }
  | { readonly type: 'refused'; readonly list: IdList; readonly error: AndonError<'list-shrunk'> }
  | { readonly type: 'failed'; readonly list: IdList; readonly error: AndonError }

export type SwapOutcome = Extract<ListEvent, { type: 'swapped' | 'refused' }>

export interface ListHolderOptions {
  /** What messages call the list. Default 'list'. */
  readonly name?: string
  /** The largest share of its size that a list may lose in one update, 0–1. Default 0.2. */
  readonly maxShrink?: number
  /** What answers before the first swap. Default an empty list. */
  readonly initial?: IdList
  /** Told of refusals and failures. Default none. */
  readonly logger?: Partial<Logger>
}

/** One list whose content is replaced as a whole, between two lookups and never within one. */
export interface ListHolder {
  /** Whether anything has been put in; true from the beginning when `initial` is given. */
  readonly loaded: boolean
  /** The list that answers now; keep it to ask several times about one version. */
  readonly current: IdList
  has(id: string): boolean
  /**
   * Puts `next` in the place of the list, or refuses it (code `list-shrunk`) when it has lost more than `maxShrink` of
   * the size: such a file is cut off, or a mistake, more often than meant. `force` swaps it in all the same.
   */
  swap(next: IdList, options?: { readonly force?: boolean }): SwapOutcome
  /** Tells listeners that a new version could not be had. For whatever loads lists. */
  report(error: AndonError): void
  /** Calls `listener` with every event from now on; hands back what stops that. One that throws is counted, no more. */
  onChange(listener: (event: ListEvent) => void): () => void
  /** How often a listener threw or rejected. */
  listenerFailures(): number
}

export function listHolder(options: ListHolderOptions = {}): ListHolder {
  const name = textOption('listHolder name', options.name ?? 'list')
  const maxShrink = numberOption('listHolder maxShrink', options.maxShrink ?? 0.2, 0, 1)
  const logger = safeLogger(options.logger)
  let current = options.initial === undefined ? buildIdListSync([]) : listOption('listHolder initial', options.initial)
  let failures = 0
  let loaded = options.initial !== undefined
  const listeners = new Set<{ readonly tell: (event: ListEvent) => void }>()
  const failed = () => {
    failures++
  }
  const tell = <E extends ListEvent>(event: E): E => {
    Object.freeze(event)
    if (event.type !== 'swapped') logger.warn(event.error.message, { code: event.error.code })
    for (const listener of [...listeners]) {
      try {
        const answer: unknown = listener.tell(event)
        if (typeof (answer as Promise<unknown> | undefined)?.then === 'function') Promise.resolve(answer).catch(failed)
      } catch {
        failed()
      }
    }
    return event
  }
  return {
    get current() {
      return current
    },
    get loaded() {
      return loaded
    },
    has: id => current.has(id),
    swap(next, { force = false } = {}) {
      listOption('swap next', next)
      const previous = current
      // A hair more than the share: 0.2 of 10 must not come to 1.9999999.
      const shrinks = previous.size - next.size > previous.size * maxShrink * (1 + 2 ** -50)
      if (shrinks && !force) {
        return tell({ type: 'refused', list: previous, error: shrunk(name, previous.size, next.size, maxShrink) })
      }
      current = next
      loaded = true
      return tell({ type: 'swapped', list: next, previous, forced: shrinks })
    },
    report: error => void tell({ type: 'failed', list: current, error }),
    onChange(listener) {
      if (typeof listener !== 'function') throw invalid('onChange listener', 'a function', listener)
      // An object of its own: the same function given twice is called twice, and stopped one by one.
      const entry = { tell: listener }
      listeners.add(entry)
      return () => void listeners.delete(entry)
    },
    listenerFailures: () => failures,
  }
}

function listOption(field: string, value: unknown): IdList {
  const list = portOption<IdList>(field, value, ['has'])
  if (!Number.isSafeInteger(list.size)) throw invalid(`${field}.size`, 'a whole number', list.size)
  if (typeof list.version !== 'string') throw invalid(`${field}.version`, 'a string', list.version)
  return list
}
