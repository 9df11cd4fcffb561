import type { Check } from '../../core/check.ts'
import { invalid, numberOption, textOption, wholeOption } from '../../core/options.ts'
import type { PlaceId } from '../../core/place.ts'
import { readNamespace } from '../../parts/telemetry/cloudwatch/namespace.ts'
import { readDimensions } from '../../parts/telemetry/dimensions.ts'
import { type AlarmDefinition, OUR_MARK } from './alarm-definition.ts'
import { canaryPeriod, checkWindow, legalPeriod } from './period.ts'

/** Options of `canaryAlarms`. */
export interface CanaryAlarmOptions {
  /** The namespace that the canaries' sink publishes in. */
  readonly namespace: string
  /** From one run to the next, and how long one may take, in milliseconds: as given to `startCanaries`. */
  readonly everyMs: number
  readonly timeoutMs: number
  /** Where the canaries run, as given to `startCanaries`. Default: they publish none. */
  readonly vantage?: string
  /** What the sink puts on every metric: its option `dimensions`. Default none. */
  readonly dimensions?: Readonly<Record<string, string>>
  /** M: how many bad periods make an alarm. Default 2. */
  readonly datapointsToAlarm?: number
  /** N: of how many. Default 3. */
  readonly ofLast?: number
  /** The success that a period needs, in percent: below it, it is bad. Default 100: one failed run makes it bad. */
  readonly successPercent?: number
  /** In seconds. Default: the shortest that is legal and no shorter than `everyMs` + `timeoutMs`. */
  readonly periodS?: number
  /** The sink's `resolutionS`: with 1, periods below a minute are possible. Default 60. */
  readonly resolutionS?: 1 | 60
  /**
   * Whether there is one heartbeat for each canary (`each`), or one for all of them, without the dimensions `Canary` and
   * `Place` of a check (`fleet`; the place is then `-`). Default `each`.
   */
  readonly heartbeat?: 'each' | 'fleet' | 'none'
  /** What the names of the alarms begin with. Default `canary/`. */
  readonly namePrefix?: string
  /** ARNs: what is done on ALARM, on OK. Default nothing. */
  readonly alarmActions?: readonly string[]
  readonly okActions?: readonly string[]
}

/** A canary: a check, or its name with where it is. */
export type CanaryName = string | Pick<Check, 'name' | 'place'> | { readonly name: string; readonly place?: PlaceId }

const NOWHERE = '-'
/** Heartbeats come once a minute, by a clock that is not CloudWatch's: not every minute has one, every two have. */
const BEAT_MS = 120_000

/**
 * The alarms of a fleet of canaries, as data: for each canary one on `SuccessPercent` (published as 0 or 100 by every
 * run, so that its average is a percentage), and heartbeat alarms on `Heartbeat` (1 a minute). Missing data is breaching
 * in all of them: a canary that stopped is an alarm, not silence. Pure; throws `invalid-option` and `period-too-short`.
 */
export function canaryAlarms(canaries: Iterable<CanaryName>, options: CanaryAlarmOptions): AlarmDefinition[] {
  const { vantage, heartbeat = 'each', namePrefix = 'canary/', resolutionS = 60 } = options
  const namespace = readNamespace('canaryAlarms namespace', options.namespace)
  const everyMs = numberOption('canaryAlarms everyMs', options.everyMs, 1)
  const timeoutMs = numberOption('canaryAlarms timeoutMs', options.timeoutMs, 1)
  const threshold = numberOption('canaryAlarms successPercent', options.successPercent ?? 100, 0, 100)
  const ofLast = wholeOption('canaryAlarms ofLast', options.ofLast ?? 3, 1)
  const toAlarm = wholeOption(
    'canaryAlarms datapointsToAlarm',
    options.datapointsToAlarm ?? Math.min(2, ofLast),
    1,
    ofLast,
  )
  const period = canaryPeriod(everyMs, timeoutMs, resolutionS, options.periodS)
  const beat = legalPeriod(BEAT_MS)
  checkWindow(period, ofLast)
  checkWindow(beat, ofLast)

  const define = (name: string, what: string, own: Record<string, string>, about: Watched): AlarmDefinition => {
    const dimensions = readDimensions({ ...options.dimensions, ...own })
    if (dimensions === undefined) throw invalid(`canaryAlarms ${name}`, 'dimensions that CloudWatch takes', own)
    const AlarmName = `${namePrefix}${name}`
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the service takes none in names.
    if (AlarmName.length > 255 || /[\u0000-\u001f\u007f]/.test(AlarmName))
      throw invalid('canaryAlarms name', 'an alarm name of at most 255 characters, none a control character', AlarmName)
    return {
      AlarmName,
      AlarmDescription: `${what.length > 1000 ? `${what.slice(0, 997)}...` : what} ${OUR_MARK}`,
      ActionsEnabled: true,
      OKActions: [...(options.okActions ?? [])],
      AlarmActions: [...(options.alarmActions ?? [])],
      InsufficientDataActions: [],
      Namespace: namespace,
      Dimensions: dimensions.map(([Name, Value]) => ({ Name, Value })),
      EvaluationPeriods: ofLast,
      DatapointsToAlarm: toAlarm,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
      ...about,
    }
  }
  const from = vantage === undefined ? '' : ` from ${textOption('canaryAlarms vantage', vantage)}`
  const where = vantage === undefined ? {} : { Vantage: vantage }
  const alive: Watched = { MetricName: 'Heartbeat', Statistic: 'Sum', Period: beat, Threshold: 1 }
  const alarms = [...canaries].flatMap(given => {
    const { name, place = NOWHERE } = typeof given === 'string' ? { name: given } : given
    textOption('canaryAlarms canary name', name)
    const own = { Canary: name, Place: place, ...where }
    const id = `${name}${place === NOWHERE ? '' : ` at ${place}`}${from}`
    const success: Watched = {
      MetricName: 'SuccessPercent',
      Statistic: 'Average',
      Period: period,
      Threshold: threshold,
    }
    const red = `Canary ${id} fails, or does not run: success is below ${threshold} % in ${toAlarm} of ${ofLast} periods.`
    const dead = `Canary ${id} is dead: no heartbeat in ${toAlarm} of ${ofLast} periods of two minutes.`
    return [
      define(`${id}: success`, red, own, success),
      ...(heartbeat === 'each' ? [define(`${id}: heartbeat`, dead, own, alive)] : []),
    ]
  })
  if (heartbeat === 'fleet') {
    const dead = `The canaries${from} are dead: no heartbeat in ${toAlarm} of ${ofLast} periods of two minutes.`
    alarms.push(define(`all${from}: heartbeat`, dead, { Place: NOWHERE, ...where }, alive))
  }
  const twice = alarms.find((a, i) => alarms.findIndex(b => b.AlarmName === a.AlarmName) !== i)
  if (twice) throw invalid('canaryAlarms', 'canaries whose names and places differ', twice.AlarmName)
  return alarms
}

type Watched = Pick<AlarmDefinition, 'MetricName' | 'Statistic' | 'Period' | 'Threshold'>
