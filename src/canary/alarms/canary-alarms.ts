import type { Check } from '../../core/check.ts'
import { invalid, numberOption, textOption } from '../../core/options.ts'
import { type PlaceId, parsePlace } from '../../core/place.ts'
import { readDimensions } from '../../parts/telemetry/dimensions.ts'
import { type AlarmDefinition, OUR_MARK } from './alarm-definition.ts'
import { alarmNameOf, canaryId } from './alarm-name.ts'
import { type AlarmSettings, type CanaryAlarmOptions, readAlarmOptions } from './alarm-options.ts'
import { canaryPeriod, checkWindow, legalPeriod } from './period.ts'

export type { CanaryAlarmOptions } from './alarm-options.ts'

/** A canary: a check, or its name, where it is, and its own pace where it has one. */
export type CanaryName =
  | string
  | Pick<Check, 'name' | 'place' | 'everyMs' | 'timeoutMs'>
  | { readonly name: string; readonly place?: PlaceId }

type Watched = Pick<AlarmDefinition, 'MetricName' | 'Statistic' | 'Period' | 'Threshold'>

/**
 * The alarms of a fleet of canaries, as data: for each canary one on `SuccessPercent` (published as 0 or 100 by every
 * run, so that its average is a percentage), with a period after the canary's own pace, and one on `Heartbeat`. Missing
 * data is breaching in all of them: a canary that stopped is an alarm, not silence. Pure; throws `invalid-option`,
 * `invalid-place` and `period-too-short`.
 */
export function canaryAlarms(canaries: Iterable<CanaryName>, options: CanaryAlarmOptions): AlarmDefinition[] {
  const settings = readAlarmOptions(options)
  // A string is a list too, of letters.
  if (typeof canaries !== 'object' || canaries === null || !(Symbol.iterator in canaries))
    throw invalid('canaryAlarms canaries', 'a list of checks or names', canaries)
  const alarms = [...canaries].flatMap(canary => alarmsOf(canary, settings))
  const names = new Set<string>()
  for (const { AlarmName } of alarms) {
    if (names.has(AlarmName)) throw invalid('canaryAlarms', 'canaries whose names and places differ', AlarmName)
    names.add(AlarmName)
  }
  return alarms
}

function alarmsOf(canary: CanaryName, settings: AlarmSettings): AlarmDefinition[] {
  const { vantage, ofLast, toAlarm, threshold } = settings
  const given: Pick<Check, 'name' | 'place' | 'everyMs' | 'timeoutMs'> =
    typeof canary === 'object' && canary !== null ? canary : { name: canary }
  const { name, place } = given
  textOption('canaryAlarms canary name', name)
  if (place !== undefined) parsePlace(place)
  const who = { name, place, vantage }
  const id = canaryId(who)
  const everyMs = numberOption(`canaryAlarms ${id} everyMs`, given.everyMs ?? settings.everyMs, 1)
  const timeoutMs = numberOption(`canaryAlarms ${id} timeoutMs`, given.timeoutMs ?? settings.timeoutMs, 1)
  const period = canaryPeriod(id, everyMs, timeoutMs, settings.resolutionS, settings.periodS)
  checkWindow(id, period, ofLast)

  const red = `Canary ${id} fails, or does not run: success is below ${threshold} % in ${toAlarm} of ${ofLast} periods.`
  const success: Watched = { MetricName: 'SuccessPercent', Statistic: 'Average', Period: period, Threshold: threshold }
  const alarms = [define(who, 'success', red, success, settings)]
  if (settings.heartbeat === 'none') return alarms

  // Heartbeats come by a clock that is not CloudWatch's: not every interval of its own has one, every two have.
  const beat = legalPeriod(2 * settings.heartbeatMs)
  checkWindow(id, beat, ofLast)
  const dead = `Canary ${id} is dead: no heartbeat in ${toAlarm} of ${ofLast} periods of ${beat} s.`
  const alive: Watched = { MetricName: 'Heartbeat', Statistic: 'Sum', Period: beat, Threshold: 1 }
  return [...alarms, define(who, 'heartbeat', dead, alive, settings)]
}

function define(
  who: { readonly name: string; readonly place: PlaceId | undefined; readonly vantage: string | undefined },
  about: 'success' | 'heartbeat',
  what: string,
  watched: Watched,
  settings: AlarmSettings,
): AlarmDefinition {
  const AlarmName = alarmNameOf(who, about, settings.namePrefix)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the service takes none in names.
  if (AlarmName.length > 255 || /[\u0000-\u001f\u007f]/.test(AlarmName))
    throw invalid('canaryAlarms name', 'an alarm name of at most 255 characters, none a control character', AlarmName)
  const own = {
    Canary: who.name,
    Place: who.place ?? '-',
    ...(who.vantage === undefined ? {} : { Vantage: who.vantage }),
  }
  const dimensions = readDimensions({ ...settings.dimensions, ...own })
  if (dimensions === undefined) throw invalid(`canaryAlarms ${AlarmName}`, 'dimensions that CloudWatch takes', own)
  return {
    AlarmName,
    AlarmDescription: `${what.length > 1000 ? `${what.slice(0, 997)}...` : what} ${OUR_MARK}`,
    ActionsEnabled: true,
    OKActions: [...settings.okActions],
    AlarmActions: [...settings.alarmActions],
    InsufficientDataActions: [],
    Namespace: settings.namespace,
    Dimensions: dimensions.map(([Name, Value]) => ({ Name, Value })),
    EvaluationPeriods: settings.ofLast,
    DatapointsToAlarm: settings.toAlarm,
    ComparisonOperator: 'LessThanThreshold',
    TreatMissingData: 'breaching',
    ...watched,
  }
}
