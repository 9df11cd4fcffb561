import { readStoredDimensions, type StoredDimensions, text } from './read-dimensions.ts'
import { missingParameter, validationError } from './wire.ts'

/** An alarm on one metric, as it is kept. */
export interface StoredAlarm {
  readonly AlarmName: string
  readonly AlarmDescription?: string
  readonly ActionsEnabled: boolean
  readonly OKActions: readonly string[]
  readonly AlarmActions: readonly string[]
  readonly InsufficientDataActions: readonly string[]
  readonly Namespace: string
  readonly MetricName: string
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[]
  readonly dimensions: StoredDimensions
  readonly Statistic: string
  readonly Unit?: string
  readonly Period: number
  readonly EvaluationPeriods: number
  readonly DatapointsToAlarm: number
  readonly Threshold: number
  readonly ComparisonOperator: string
  readonly TreatMissingData?: string
}

const OPERATORS = [
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
]
const DAY_S = 86_400

/** Checks a PutMetricAlarm request. Source: API_PutMetricAlarm (API version 2010-08-01). */
export function readAlarm(input: Record<string, unknown>): StoredAlarm {
  const { AlarmName, AlarmDescription, Period, EvaluationPeriods, Threshold, ComparisonOperator } = input
  if (typeof AlarmName !== 'string' || AlarmName === '' || AlarmName.length > 255)
    throw validationError('1 validation error detected: AlarmName must have a length from 1 to 255')
  if (typeof AlarmDescription === 'string' && AlarmDescription.length > 1024)
    throw validationError('1 validation error detected: AlarmDescription must have a length of at most 1024')
  for (const name of ['Namespace', 'MetricName', 'Statistic', 'Period', 'EvaluationPeriods', 'Threshold'])
    if (input[name] === undefined) throw missingParameter(`The parameter ${name} is required.`)
  const period = Number(Period)
  const n = Number(EvaluationPeriods)
  const m = Number(input.DatapointsToAlarm ?? n)
  if (![10, 20, 30].includes(period) && !(period >= 60 && period % 60 === 0))
    throw validationError('Period must be 10, 20, 30 or a multiple of 60')
  if (!(n >= 1) || !(m >= 1) || m > n) throw validationError('DatapointsToAlarm must be from 1 to EvaluationPeriods')
  if (period * n > (period >= 3600 ? 7 * DAY_S : DAY_S))
    throw validationError(
      'Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400)',
    )
  if (!OPERATORS.includes(String(ComparisonOperator))) throw validationError('ComparisonOperator is not one of these')
  if (!['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'].includes(String(input.Statistic)))
    throw validationError('Statistic is not one of these')
  const treat = input.TreatMissingData
  if (treat !== undefined && !['breaching', 'notBreaching', 'ignore', 'missing'].includes(String(treat)))
    throw validationError('TreatMissingData is not one of these')
  const actions = (name: string) => {
    const given = (input[name] ?? []) as string[]
    if (given.length > 5) throw validationError(`${name} must have at most 5 members`)
    return given
  }
  return {
    AlarmName,
    ...(AlarmDescription === undefined ? {} : { AlarmDescription: String(AlarmDescription) }),
    ActionsEnabled: input.ActionsEnabled !== false,
    OKActions: actions('OKActions'),
    AlarmActions: actions('AlarmActions'),
    InsufficientDataActions: actions('InsufficientDataActions'),
    Namespace: text('Namespace', input.Namespace, 255),
    MetricName: text('MetricName', input.MetricName, 255),
    Dimensions: (input.Dimensions ?? []) as StoredAlarm['Dimensions'],
    dimensions: readStoredDimensions('Dimensions', input.Dimensions),
    Statistic: String(input.Statistic),
    ...(input.Unit === undefined ? {} : { Unit: String(input.Unit) }),
    Period: period,
    EvaluationPeriods: n,
    DatapointsToAlarm: m,
    Threshold: Number(Threshold),
    ComparisonOperator: String(ComparisonOperator),
    ...(treat === undefined ? {} : { TreatMissingData: String(treat) }),
  }
}
