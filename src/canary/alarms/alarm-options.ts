import { invalid, literalOption, numberOption, textOption, wholeOption } from '../../core/options.ts'
import { readNamespace } from '../../parts/telemetry/cloudwatch/namespace.ts'
import { dimensionsOption } from '../../parts/telemetry/dimensions.ts'
import { knownOptions, resolutionOption } from '../../parts/telemetry/known-options.ts'
import { NAME_PREFIX } from './alarm-name.ts'

/** Options of `canaryAlarms`. */
export interface CanaryAlarmOptions {
  /** The namespace that the canaries' sink publishes in. */
  readonly namespace: string
  /**
   * From one run to the next, and how long one may take, in milliseconds: as given to `startCanaries`. A check's own
   * pace (`everyMs`, `timeoutMs`) goes first, as it does there.
   */
  readonly everyMs: number
  readonly timeoutMs: number
  /** From heartbeat to heartbeat, in milliseconds: as given to `startCanaries`. Default 60,000. */
  readonly heartbeatMs?: number
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
  /** In seconds. Default, for each canary: the shortest that is legal and no shorter than its interval + timeout. */
  readonly periodS?: number
  /** The sink's `resolutionS`: with 1, periods below a minute are possible. Default 60. */
  readonly resolutionS?: 1 | 60
  /** Whether there is an alarm on the heartbeat of each canary. Default `each`. */
  readonly heartbeat?: 'each' | 'none'
  /** What the names of the alarms begin with. Default `canary/`. */
  readonly namePrefix?: string
  /** ARNs, at most five each: what is done on ALARM, on OK. Default nothing. */
  readonly alarmActions?: readonly string[]
  readonly okActions?: readonly string[]
}

const KNOWN: Readonly<Record<keyof CanaryAlarmOptions, true>> = {
  namespace: true,
  everyMs: true,
  timeoutMs: true,
  heartbeatMs: true,
  vantage: true,
  dimensions: true,
  datapointsToAlarm: true,
  ofLast: true,
  successPercent: true,
  periodS: true,
  resolutionS: true,
  heartbeat: true,
  namePrefix: true,
  alarmActions: true,
  okActions: true,
}

/** Source: API_PutMetricAlarm, AlarmActions and OKActions. */
const MOST_ACTIONS = 5

/** The options, checked and with their defaults. */
export type AlarmSettings = ReturnType<typeof readAlarmOptions>

/** Reads the options. Throws `invalid-option`. */
export function readAlarmOptions(given: CanaryAlarmOptions) {
  const options = knownOptions('canaryAlarms', given, KNOWN)
  const { vantage, periodS, namePrefix = NAME_PREFIX } = options
  const ofLast = wholeOption('canaryAlarms ofLast', options.ofLast ?? 3, 1)
  const toAlarm = options.datapointsToAlarm ?? Math.min(2, ofLast)
  if (typeof namePrefix !== 'string') throw invalid('canaryAlarms namePrefix', 'a string', namePrefix)
  return {
    namespace: readNamespace('canaryAlarms namespace', options.namespace),
    everyMs: numberOption('canaryAlarms everyMs', options.everyMs, 1),
    timeoutMs: numberOption('canaryAlarms timeoutMs', options.timeoutMs, 1),
    heartbeatMs: numberOption('canaryAlarms heartbeatMs', options.heartbeatMs ?? 60_000, 1),
    vantage: vantage === undefined ? undefined : textOption('canaryAlarms vantage', vantage),
    dimensions: dimensionsOption('canaryAlarms dimensions', options.dimensions),
    toAlarm: wholeOption('canaryAlarms datapointsToAlarm', toAlarm, 1, ofLast),
    ofLast,
    threshold: numberOption('canaryAlarms successPercent', options.successPercent ?? 100, 0, 100),
    periodS: periodS === undefined ? undefined : wholeOption('canaryAlarms periodS', periodS, 10),
    resolutionS: resolutionOption('canaryAlarms resolutionS', options.resolutionS),
    heartbeat: literalOption('canaryAlarms heartbeat', options.heartbeat ?? 'each', ['each', 'none']),
    namePrefix,
    alarmActions: actionsOption('canaryAlarms alarmActions', options.alarmActions),
    okActions: actionsOption('canaryAlarms okActions', options.okActions),
  }
}

function actionsOption(field: string, value: unknown = []): readonly string[] {
  if (!Array.isArray(value) || value.length > MOST_ACTIONS)
    throw invalid(field, `a list of at most ${MOST_ACTIONS} ARNs`, value)
  return value.map(arn => textOption(field, arn))
}
