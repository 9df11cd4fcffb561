import type { Clock } from '../../core/clock.ts'
import { invalid, literalOption, numberOption, textOption, wholeOption } from '../../core/options.ts'
import { type Random, systemRandom } from '../../core/random.ts'
import { realClock } from '../../core/real-clock.ts'
import { StagedIds } from './staged-ids.ts'
import type { ListFormat } from './text-reader.ts'

export interface IdListOptions {
  /** What messages call the list. Default 'list'. */
  readonly name?: string
  /** The most ids that may be given, duplicates included; more are refused with `list-too-large`. Default 10,000,000. */
  readonly maxIds?: number
  /** How a text is written. Default: JSON when its first character other than whitespace is `[`, else lines. */
  readonly format?: ListFormat
  /** Scatters the tables. Answers and versions do not depend on it. Default the system's. */
  readonly random?: Random
}

export interface BuildIdListOptions extends IdListOptions {
  /** The longest stretch of work without letting the event loop go on, in milliseconds. Default 4. */
  readonly sliceMs?: number
  readonly clock?: Clock
  readonly signal?: AbortSignal
}

export interface CheckedOptions {
  readonly name: string
  readonly format: ListFormat | undefined
  readonly sliceMs: number
  readonly clock: Clock
  readonly signal: AbortSignal | undefined
  stage(): StagedIds
}

/** The options with their defaults, or the `invalid-option` error. */
export function checkOptions(who: string, options: BuildIdListOptions): CheckedOptions {
  const { clock = realClock, random = systemRandom, signal } = options
  const name = textOption(`${who} name`, options.name ?? 'list')
  const maxIds = wholeOption(`${who} maxIds`, options.maxIds ?? 10_000_000, 1, 2 ** 28)
  const sliceMs = numberOption(`${who} sliceMs`, options.sliceMs ?? 4, 0)
  if (options.format !== undefined) literalOption(`${who} format`, options.format, ['lines', 'json'])
  if (typeof random !== 'function') throw invalid(`${who} random`, 'a function', random)
  return {
    name,
    format: options.format,
    sliceMs,
    clock,
    signal,
    stage: () => new StagedIds(name, maxIds, Math.floor(random() * 2 ** 32) | 0),
  }
}
