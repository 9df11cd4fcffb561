/** One alarm, in the shape of PutMetricAlarm's input: plain data, ready for JSON. */
export interface AlarmDefinition {
  readonly AlarmName: string
  readonly AlarmDescription: string
  readonly ActionsEnabled: boolean
  readonly OKActions: readonly string[]
  readonly AlarmActions: readonly string[]
  readonly InsufficientDataActions: readonly string[]
  readonly Namespace: string
  readonly MetricName: string
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[]
  readonly Statistic: 'Average' | 'Sum' | 'Minimum' | 'Maximum' | 'SampleCount'
  /** Seconds. */
  readonly Period: number
  readonly EvaluationPeriods: number
  readonly DatapointsToAlarm: number
  readonly Threshold: number
  readonly ComparisonOperator: 'LessThanThreshold' | 'GreaterThanThreshold'
  readonly TreatMissingData: 'breaching'
}

/**
 * At the end of the description of every alarm that is made here: by it an alarm is known to be ours, with no further
 * permission (tags would need ListTagsForResource).
 */
export const OUR_MARK = '[andon/canary]'

/** The fields of PutMetricAlarm that are compared: each one that it would overwrite. */
export const ALARM_FIELDS = [
  'AlarmDescription',
  'ActionsEnabled',
  'OKActions',
  'AlarmActions',
  'InsufficientDataActions',
  'Namespace',
  'MetricName',
  'Dimensions',
  'Statistic',
  'ExtendedStatistic',
  'Period',
  'Unit',
  'EvaluationPeriods',
  'DatapointsToAlarm',
  'Threshold',
  'ThresholdMetricId',
  'ComparisonOperator',
  'TreatMissingData',
  'EvaluateLowSampleCountPercentile',
  'Metrics',
] as const
