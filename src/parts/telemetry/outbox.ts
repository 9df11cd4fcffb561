import { deadline, sleep } from '../../core/abort.ts'
import { backoffMs } from '../../core/backoff.ts'
import type { Clock } from '../../core/clock.ts'
import { type Logger, safeLogger } from '../../core/logger.ts'
import { messageOf, numberOption, portOption, wholeOption } from '../../core/options.ts'
import { createPoller } from '../../core/poller.ts'
import { type Random, systemRandom } from '../../core/random.ts'
import { realClock } from '../../core/real-clock.ts'
import type { DimensionOptions } from './dimensions.ts'
import { dimensionsOption, readDimensions } from './dimensions.ts'
import { functionOption } from './known-options.ts'
import { createLedger } from './ledger.ts'
import { isDropReason, readSample, type SampleLimits, seriesOf } from './read-sample.ts'
import { createTallies, type Tallies, type Tally } from './tally.ts'
import type { FlushOptions, TelemetryPoint, TelemetrySink } from './telemetry-sink.ts'

/** What every sink that sends later can be told. */
export interface OutboxOptions extends DimensionOptions {
  /** From the end of one sending to the start of the next, in milliseconds. Default 10,000. */
  readonly flushMs?: number
  /**
   * How many different values it holds at most; when there is one more, the oldest go that are not on their way. A
   * value counts once a series and minute (or second), however often it occurred. Default 100,000.
   */
  readonly maxBuffered?: number
  /** How fine time is, in seconds: 60, or 1 for high-resolution metrics. Default 60. */
  readonly resolutionS?: 1 | 60
  readonly clock?: Clock
  readonly random?: Random
  readonly logger?: Partial<Logger>
}

/** The names of those options. */
export const OUTBOX_OPTIONS: Readonly<Record<keyof OutboxOptions, true>> = {
  dimensions: true,
  dimensionsOf: true,
  flushMs: true,
  maxBuffered: true,
  resolutionS: true,
  clock: true,
  random: true,
  logger: true,
}

/**
 * What to do with points that could not be sent: try again `soon` (with back-off), or `slowly` (a person has to do
 * something first), or in two halves (`split`), to find the one that is to blame; one alone is then dropped.
 */
export type Failure = 'soon' | 'slowly' | 'split'

/** Where an outbox sends. */
export interface Carrier {
  /** What the sink is called in logs. */
  readonly name: string
  readonly limits: SampleLimits
  readonly valuesEach: number
  /** Takes out what goes together: at least one tally, unless there is none, and at most so many different values. */
  take(tallies: Tallies, mostValues: number): Tally[]
  /** Sends it, whole; the same array again when it rejected. */
  send(batch: readonly Tally[], signal: AbortSignal): Promise<void>
  judge(error: unknown): Failure
  close(): void
}

/** The name of the metric that tells of dropped points: its sum is how many, its dimension `Reason` why. */
export const DROPPED_METRIC = 'TelemetryDropped'

const SOON = { baseMs: 1000, capMs: 30_000 }
const SLOWLY_MS = 60_000
const FLUSH_TIMEOUT_MS = 10_000
/** Finding one bad number among 1,000 takes some 20 halvings; when all are bad, looking for each would be a flood. */
const MOST_SPLITS = 64

/**
 * Collects points and hands them to a carrier every `flushMs`, one batch after the other. What cannot be sent waits, up
 * to `maxBuffered`; what is dropped is counted, and published as `TelemetryDropped` once sending works again. Throws
 * `invalid-option`.
 */
export function createOutbox(carrier: Carrier, given: OutboxOptions): TelemetrySink {
  const dimensions = dimensionsOption(`${carrier.name} dimensions`, given.dimensions, carrier.limits)
  const options = { ...given, dimensions }
  const { clock = realClock, random = systemRandom } = options
  portOption(`${carrier.name} clock`, clock, ['now', 'monotonic', 'setTimer'])
  functionOption(`${carrier.name} random`, random)
  functionOption(`${carrier.name} dimensionsOf`, options.dimensionsOf)
  const flushMs = numberOption(`${carrier.name} flushMs`, options.flushMs ?? 10_000, 1)
  const capacity = wholeOption(`${carrier.name} maxBuffered`, options.maxBuffered ?? 100_000, 1)
  const logger = safeLogger(options.logger)
  const tallies = createTallies({ resolutionMs: (options.resolutionS ?? 60) * 1000, valuesEach: carrier.valuesEach })
  const ledger = createLedger()
  // Batches that were taken out: the first one is on its way, or will be tried again.
  const queue: (readonly Tally[])[] = []
  const waiting = () => tallies.points + pointsOf(queue.flat())
  let outgoing = 0
  let failures = 0
  let splits = 0
  let pauseMs = 0
  let pressed = false
  let stopped = false
  let closing: Promise<void> | undefined

  const resize = () => {
    outgoing = queue.reduce((sum, batch) => sum + batch.reduce((n, tally) => n + tally.values.size, 0), 0)
  }
  /** What to send next; what has become too old on the way is dropped. */
  const nextBatch = (): readonly Tally[] | undefined => {
    if (queue.length === 0) {
      splits = 0
      // Half: what is on its way cannot be given up for what is newer.
      queue.push(carrier.take(tallies, capacity >> 1))
    }
    const oldest = clock.now() - carrier.limits.pastMs
    const batch = queue[0]!
    const young = batch.every(t => t.at >= oldest) ? batch : batch.filter(t => t.at >= oldest)
    if (young !== batch) ledger.drop('too-old', pointsOf(batch) - pointsOf(young))
    if (young.length > 0) queue[0] = young
    else queue.shift()
    resize()
    return queue[0]
  }
  const confess = () => {
    const about = ledger.unpublished().flatMap(([Reason, count]) => {
      const dimensions = readDimensions({ ...options.dimensions, Reason })
      const at = Math.floor(clock.now() / 1000) * 1000
      const series = dimensions && seriesOf(DROPPED_METRIC, 'count', dimensions)
      return series ? [{ series, at, values: new Map([[count, 1]]), points: 0 }] : []
    })
    if (about.length > 0) queue.push(about)
  }
  const sent = (batch: readonly Tally[]) => {
    queue.shift()
    ledger.sent(pointsOf(batch))
    if (failures > 0) logger.info(`andon: ${carrier.name} works again`, { failures })
    failures = 0
    pauseMs = 0
    confess()
  }
  /** True when there is something else to try at once. */
  const failed = (batch: readonly Tally[], error: unknown): boolean => {
    const failure = carrier.judge(error)
    if (failure === 'split') {
      queue.shift()
      if (batch.length > 1 && splits++ < MOST_SPLITS) {
        queue.unshift(batch.slice(0, batch.length >> 1), batch.slice(batch.length >> 1))
      } else {
        ledger.drop('refused', pointsOf(batch))
        logger.warn(`andon: ${carrier.name} refused points: ${messageOf(error)}`, { error })
      }
      return true
    }
    ledger.retried()
    if (failures === 0) logger.warn(`andon: ${carrier.name} failed, and is tried again: ${messageOf(error)}`, { error })
    pauseMs = failure === 'slowly' ? SLOWLY_MS : backoffMs(failures, { ...SOON, random })
    failures++
    return false
  }
  const poller = createPoller({
    everyMs: flushMs,
    minMs: Math.min(flushMs, 200),
    clock,
    random,
    async look({ signal }) {
      pressed = false
      for (let batch = nextBatch(); batch !== undefined; resize(), batch = nextBatch()) {
        try {
          ledger.asked()
          await carrier.send(batch, signal)
        } catch (error) {
          if (signal.aborted || !failed(batch, error)) return pauseMs
          continue
        }
        sent(batch)
      }
      return flushMs
    },
  })
  const flush = async (given: FlushOptions = {}): Promise<boolean> => {
    const timeoutMs = numberOption('flush timeoutMs', given.timeoutMs ?? FLUSH_TIMEOUT_MS, 0)
    try {
      await deadline(clock, timeoutMs, 'flush', async signal => {
        for (;;) {
          await poller.refresh()
          if (waiting() === 0 || stopped) return
          // Without a failure it joined a look that was just over: the next one takes what came since.
          if (failures > 0) await sleep(clock, pauseMs, signal)
          signal.throwIfAborted()
        }
      })
    } catch {
      // Too late: what is left says so.
    }
    return waiting() === 0
  }
  const close = (given: FlushOptions = {}) =>
    (closing ??= (async () => {
      await flush(given)
      stopped = true
      await poller.close()
      ledger.drop('closed', waiting())
      queue.length = 0
      tallies.take(() => true)
      carrier.close()
    })())
  return {
    record(point: TelemetryPoint) {
      ledger.recorded()
      if (closing !== undefined) return ledger.drop('closed', 1)
      const read = readSample(point, clock.now(), options, carrier.limits)
      if (isDropReason(read)) return ledger.drop(read, 1)
      ledger.drop('full', tallies.add(read, capacity - outgoing))
      if (pressed || failures > 0 || tallies.size + outgoing < capacity / 2) return
      pressed = true
      clock.setTimer(0, () => void poller.refresh())
    },
    get counts() {
      return ledger.counts(waiting())
    },
    flush,
    close,
    [Symbol.asyncDispose]: () => close(),
  }
}

const pointsOf = (batch: readonly Tally[]) => batch.reduce((sum, tally) => sum + tally.points, 0)
