import { CLOUDWATCH_DIMENSIONS } from '../dimensions.ts'
import type { SampleLimits } from '../read-sample.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
/** For the way to the service, and for clocks that differ. */
const MARGIN_MS = 300_000

/**
 * What a metric may be. Sources: API_MetricDatum, API_Dimension and API_PutMetricData of CloudWatch (API version
 * 2010-08-01, as documented in @aws-sdk/client-cloudwatch 3.1164.0); the smallest value is from earlier editions of the
 * same pages, and kept because a number below it is nearer to zero than anything that is measured.
 */
export const CLOUDWATCH_SAMPLES: SampleLimits = Object.freeze({
  ...CLOUDWATCH_DIMENSIONS,
  metricLength: 255,
  largest: 2 ** 360,
  smallest: 2 ** -360,
  pastMs: 14 * DAY_MS - MARGIN_MS,
  aheadMs: 2 * HOUR_MS - MARGIN_MS,
  oneNamespace: false,
})

/** Different values in one MetricDatum. Source: API_MetricDatum, Values. */
export const VALUES_EACH = 150
/** MetricDatum in one request. Source: API_PutMetricData. */
export const METRICS_A_REQUEST = 1000
/** Bytes in one request, before compression: the stricter reading of "1 MB". Source: API_PutMetricData. */
export const BYTES_A_REQUEST = 1_000_000
