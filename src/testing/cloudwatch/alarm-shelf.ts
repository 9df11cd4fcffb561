import type { AlarmState } from './alarm-state.ts'
import { readAlarm, type StoredAlarm } from './stored-alarm.ts'
import { invalidToken, notFound, validationError } from './wire.ts'

/** The alarms of an account and region, and the calls on them. */
export interface AlarmShelf {
  put(input: Record<string, unknown>): object
  describe(input: Record<string, unknown>): object
  delete(input: Record<string, unknown>): object
  get(name: string): StoredAlarm | undefined
  names(): readonly string[]
  /** A composite alarm, of which only the name counts. */
  addComposite(name: string): void
}

interface Kept {
  readonly kind: 'MetricAlarm' | 'CompositeAlarm'
  readonly alarm: StoredAlarm | undefined
  readonly updated: number
}

const MOST_NAMES = 100

/**
 * Names are unique over all kinds; putting overwrites without a word; describing goes by pages of `MaxRecords` (50 by
 * default) and by kind (metric alarms by default); deleting is all or nothing. Source: API_PutMetricAlarm,
 * API_DescribeAlarms, API_DeleteAlarms.
 */
export function alarmShelf(now: () => number, stateOf: (alarm: StoredAlarm) => AlarmState): AlarmShelf {
  const kept = new Map<string, Kept>()
  const names = (given: unknown): string[] | undefined => {
    if (given === undefined) return undefined
    const list = given as string[]
    if (list.length > MOST_NAMES) throw validationError(`AlarmNames must have at most ${MOST_NAMES} members`)
    return list
  }
  const shown = (name: string, { alarm, updated }: Kept) => {
    if (alarm === undefined) return { AlarmName: name, StateValue: 'OK' }
    const { dimensions: _, ...fields } = alarm
    return {
      ...fields,
      AlarmArn: `arn:aws:cloudwatch:us-east-1:123456789012:alarm:${name}`,
      AlarmConfigurationUpdatedTimestamp: updated / 1000,
      StateValue: stateOf(alarm),
    }
  }
  return {
    put(input) {
      const alarm = readAlarm(input)
      if (kept.get(alarm.AlarmName)?.kind === 'CompositeAlarm')
        throw validationError(`There is a composite alarm named ${alarm.AlarmName}`)
      kept.set(alarm.AlarmName, { kind: 'MetricAlarm', alarm, updated: now() })
      return {}
    },
    describe({ AlarmNames, AlarmNamePrefix, AlarmTypes = ['MetricAlarm'], MaxRecords = 50, NextToken }) {
      const wanted = names(AlarmNames)
      if (wanted && AlarmNamePrefix !== undefined)
        throw validationError('AlarmNames and AlarmNamePrefix are mutually exclusive')
      const most = Number(MaxRecords)
      if (!(most >= 1 && most <= 100)) throw validationError('MaxRecords must be from 1 to 100')
      const from = NextToken === undefined ? 0 : Number(NextToken)
      if (!Number.isSafeInteger(from)) throw invalidToken('The next token is invalid')
      const found = [...kept]
        .filter(([name, { kind }]) => (AlarmTypes as string[]).includes(kind) && (wanted?.includes(name) ?? true))
        .filter(([name]) => name.startsWith(String(AlarmNamePrefix ?? '')))
        .sort(([a], [b]) => (a < b ? -1 : 1))
      const page = found.slice(from, from + most)
      const of = (kind: Kept['kind']) => page.filter(([, k]) => k.kind === kind).map(([name, k]) => shown(name, k))
      return {
        MetricAlarms: of('MetricAlarm'),
        CompositeAlarms: of('CompositeAlarm'),
        ...(from + most < found.length ? { NextToken: String(from + most) } : {}),
      }
    },
    delete({ AlarmNames }) {
      const unknown = (names(AlarmNames) ?? []).filter(name => !kept.has(name))
      if (unknown.length > 0) throw notFound(`There is no alarm ${unknown[0]}`)
      for (const name of names(AlarmNames) ?? []) kept.delete(name)
      return {}
    },
    get: name => kept.get(name)?.alarm,
    names: () => [...kept.keys()].sort(),
    addComposite: name => void kept.set(name, { kind: 'CompositeAlarm', alarm: undefined, updated: now() }),
  }
}
