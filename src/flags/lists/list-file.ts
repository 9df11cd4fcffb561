import { AndonError, isAndonError } from '../../core/errors.ts'
import { numberOption, textOption } from '../../core/options.ts'
import { type BuildIdListOptions, checkOptions } from './build-options.ts'
import { type ListEvent, type ListHolder, type ListHolderOptions, listHolder } from './list-holder.ts'
import { fileStamp, readListFile } from './read-list-file.ts'
import { unreadable } from './refusals.ts'

export interface ListFileOptions extends BuildIdListOptions, ListHolderOptions {
  /** How often the file is looked at (its stamp; it is read only when that has changed), in milliseconds. Default 5,000. */
  readonly pollMs?: number
}

/** What a look at the file came to. `unchanged`: it is the one that was read, or refused, last. */
export type ListFileOutcome = ListEvent | { readonly type: 'unchanged' | 'closed' }

/** A list that follows a file. */
export interface ListFile extends Pick<ListHolder, 'current' | 'loaded' | 'has' | 'onChange' | 'listenerFailures'> {
  /** Resolves when the first look is over, whatever it found. */
  ready(): Promise<void>
  /**
   * Looks now; joins a look that is under way. Never rejects: what went wrong is the outcome. The first look begins by
   * itself, so awaiting this once is how a start waits for its lists. `force` reads the file whatever its stamp is and
   * swaps it in however much it has shrunk.
   */
  refresh(options?: { readonly force?: boolean }): Promise<ListFileOutcome>
  /** Why the file is not what answers now; undefined when it is. */
  lastError(): AndonError | undefined
  /** Stops; resolves when nothing is under way any more. The list goes on answering. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Follows a file of ids that is replaced by an atomic rename (write another file, flush it, rename it over this one).
 * The last good list is kept when the file is missing, malformed, unreadable or has shrunk too much (see
 * `ListHolder.swap`); listeners and the logger are told once for each such state, not at every look. Before the first
 * good one the list is `initial`. Looks are timers that never keep the process alive; a frozen process looks once when it
 * thaws.
 */
export function listFile(path: string, options: ListFileOptions = {}): ListFile {
  textOption('listFile path', path)
  const name = options.name ?? `list ${path}`
  const pollMs = numberOption('listFile pollMs', options.pollMs ?? 5000, 1)
  const ended = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, ended.signal]) : ended.signal
  const checked = checkOptions('listFile', { ...options, name, signal })
  const { clock } = checked
  const holder = listHolder({ ...options, name })
  let stamp: string | undefined
  let error: AndonError | undefined

  const look = async (force: boolean): Promise<ListFileOutcome> => {
    try {
      const seen = await fileStamp(path, name)
      if (seen === stamp && !force) return { type: 'unchanged' }
      // Noted before it is read: a file that is refused is not read again until it is another one.
      stamp = seen
      const read = await readListFile(path, checked)
      stamp = read.stamp
      const outcome = holder.swap(read.list, { force })
      error = outcome.type === 'refused' ? outcome.error : undefined
      return outcome
    } catch (cause) {
      if (signal.aborted) return { type: 'closed' }
      const failure = isAndonError(cause) ? cause : unreadable(name, cause)
      // What could not be read may be readable at the next look without having changed.
      if (failure.code === 'list-unreadable') stamp = undefined
      const known = error?.code === failure.code && error.message === failure.message
      error = failure
      if (!known) holder.report(failure)
      return { type: 'failed', list: holder.current, error: failure }
    }
  }

  let timer = { cancel() {} }
  let underWay: { readonly force: boolean; readonly outcome: Promise<ListFileOutcome> } | undefined
  const refresh = async ({ force = false } = {}): Promise<ListFileOutcome> => {
    // One that must be forced is not served by one that is not.
    while (underWay) {
      if (underWay.force || !force) return underWay.outcome
      await underWay.outcome
    }
    if (signal.aborted) return { type: 'closed' }
    timer.cancel()
    const outcome = look(force).finally(() => {
      underWay = undefined
      if (!signal.aborted) timer = clock.setTimer(pollMs, () => void refresh())
    })
    underWay = { force, outcome }
    return outcome
  }
  const stop = () => timer.cancel()
  signal.addEventListener('abort', stop, { once: true })
  const close = async () => {
    ended.abort(new AndonError('closed', `${name}: closed`))
    await underWay?.outcome
  }
  const first = refresh()

  return {
    ready: async () => void (await first),
    get loaded() {
      return holder.loaded
    },
    get current() {
      return holder.current
    },
    has: holder.has,
    onChange: holder.onChange,
    listenerFailures: holder.listenerFailures,
    refresh,
    lastError: () => error,
    close,
    [Symbol.asyncDispose]: close,
  }
}
