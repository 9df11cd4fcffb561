import { deadline } from '../../../core/abort.ts'
import { numberOption, portOption, textOption } from '../../../core/options.ts'
import { realClock } from '../../../core/real-clock.ts'
import { knownOptions, resolutionOption } from '../known-options.ts'
import { createOutbox, OUTBOX_OPTIONS, type OutboxOptions } from '../outbox.ts'
import type { TelemetrySink } from '../telemetry-sink.ts'
import { type CloudWatchWhere, putMetricData } from './api.ts'
import { datumOf, takeRequest } from './datum.ts'
import { judgeFailure } from './failure.ts'
import { CLOUDWATCH_SAMPLES, VALUES_EACH } from './limits.ts'
import { readNamespace } from './namespace.ts'

/** Options of `cloudWatchSink`. */
export interface CloudWatchSinkOptions extends OutboxOptions, CloudWatchWhere {
  /** The namespace of every metric; `AWS/` is CloudWatch's own. */
  readonly namespace: string
  /** How long one request may take, in milliseconds, before it is given up and made again. Default 10,000. */
  readonly requestTimeoutMs?: number
}

const KNOWN = {
  ...OUTBOX_OPTIONS,
  client: true,
  region: true,
  endpoint: true,
  namespace: true,
  requestTimeoutMs: true,
} as const

/**
 * Sends metrics to CloudWatch with PutMetricData, through the real `@aws-sdk/client-cloudwatch` (an optional peer, loaded
 * at the first sending).
 *
 * Points are added up per series and minute (or second) as values with counts, and sent in requests that keep
 * CloudWatch's limits: 1,000 metrics and 1 MB a request, 150 values a metric, 30 dimensions, times of the last two weeks
 * and the next two hours, no NaN. A request that fails is made again, with back-off, until it works; refused credentials
 * are tried once a minute. Until then points wait, `maxBuffered` of them.
 *
 * **PutMetricData is not idempotent.** A request that CloudWatch took, but whose answer was late or got lost, is made
 * again, and its points count twice: sums and sample counts are then too high, averages and extremes stay right.
 *
 * Throws `invalid-option`.
 */
export function cloudWatchSink(options: CloudWatchSinkOptions): TelemetrySink {
  const { clock = realClock } = knownOptions('cloudWatchSink', options, KNOWN)
  const resolutionS = resolutionOption('cloudWatchSink resolutionS', options.resolutionS)
  const namespace = readNamespace('cloudWatchSink namespace', options.namespace)
  const timeoutMs = numberOption('cloudWatchSink requestTimeoutMs', options.requestTimeoutMs ?? 10_000, 1)
  if (options.client !== undefined) portOption('cloudWatchSink client', options.client, ['send'])
  if (options.endpoint !== undefined) textOption('cloudWatchSink endpoint', options.endpoint)
  if (options.region !== undefined) textOption('cloudWatchSink region', options.region)
  const api = putMetricData(options)
  return createOutbox(
    {
      name: 'cloudWatchSink',
      limits: CLOUDWATCH_SAMPLES,
      valuesEach: VALUES_EACH,
      take: (tallies, most) => takeRequest(tallies, most, namespace, resolutionS),
      send: (batch, signal) => {
        const data = batch.map(tally => datumOf(tally, resolutionS))
        const put = (cut: AbortSignal) => api.put(namespace, data, cut)
        return deadline(clock, timeoutMs, 'PutMetricData', put, signal, { keepAlive: false })
      },
      judge: judgeFailure,
      close: api.close,
    },
    options,
  )
}
