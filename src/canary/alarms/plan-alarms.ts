import { invalid, textOption } from '../../core/options.ts'
import type { CloudWatchClientLike } from '../../parts/telemetry/cloudwatch/api.ts'
import { knownOptions } from '../../parts/telemetry/known-options.ts'
import { type AlarmDefinition, OUR_MARK } from './alarm-definition.ts'
import { alarmsApi, type LiveAlarm } from './alarms-api.ts'
import { diffAlarm, type FieldChange } from './diff-alarm.ts'

/**
 * What would become of one alarm. `foreign`: there is an alarm of that name that was not made here, or that is of another
 * kind; it is left alone.
 */
export type AlarmStep =
  | { readonly action: 'create'; readonly name: string; readonly definition: AlarmDefinition }
  | {
      readonly action: 'change'
      readonly name: string
      readonly definition: AlarmDefinition
      readonly changes: readonly FieldChange[]
      /** True for one that was not made here. */
      readonly takenOver: boolean
    }
  | { readonly action: 'unchanged'; readonly name: string }
  | { readonly action: 'delete'; readonly name: string }
  | { readonly action: 'foreign'; readonly name: string; readonly why: string }

/** What applying would do, and what it was planned upon. Plain data. */
export interface AlarmPlan {
  readonly steps: readonly AlarmStep[]
  /** The alarms that were there, as they were: applying stops when one of them has changed since. */
  readonly seen: Readonly<Record<string, unknown>>
}

/** Options of `planAlarms`. */
export interface PlanAlarmsOptions {
  /** Alarms of our names that were not made here are overwritten too. Default false. */
  readonly takeOver?: boolean
  /**
   * Alarms whose names begin so, that were made here and are not among the definitions, are deleted: an alarm of a canary
   * that is gone would be in ALARM for ever. Only those of the same fleet are: their namespace, and their dimensions but
   * for `Canary` and `Place`, `Vantage` above all, are those of one of the definitions. So no definitions delete nothing.
   * Default: none are.
   */
  readonly deleteOthersNamed?: string
  readonly signal?: AbortSignal
}

const KNOWN = { takeOver: true, deleteOthersNamed: true, signal: true } as const

/**
 * Looks at the alarms that are there, and says what applying the definitions would change: PutMetricAlarm overwrites
 * silently by name. Changes nothing. Rejects with `invalid-option`, `missing-package`, or with what the SDK rejects with.
 */
export async function planAlarms(
  client: CloudWatchClientLike,
  definitions: readonly AlarmDefinition[],
  options: PlanAlarmsOptions = {},
): Promise<AlarmPlan> {
  const { takeOver = false, deleteOthersNamed, signal } = knownOptions('planAlarms', options, KNOWN)
  if (typeof takeOver !== 'boolean') throw invalid('planAlarms takeOver', 'true or false', takeOver)
  if (deleteOthersNamed !== undefined) textOption('planAlarms deleteOthersNamed', deleteOthersNamed)
  const api = await alarmsApi(client)
  const names = definitions.map(d => d.AlarmName)
  const live = await api.named(names, signal)
  const steps = definitions.map(definition => planAlarm(definition, live, takeOver))
  const others = deleteOthersNamed === undefined ? [] : await api.prefixed(deleteOthersNamed, signal)
  const fleets = new Set(definitions.map(fleetOf))
  const seen: Record<string, unknown> = {}
  for (const [name, alarm] of live) seen[name] = snapshot(alarm)
  for (const other of others) {
    const name = other.AlarmName ?? ''
    if (names.includes(name) || !isOurs(other) || !fleets.has(fleetOf(other))) continue
    steps.push({ action: 'delete', name })
    seen[name] = snapshot(other)
  }
  return { steps, seen }
}

/** What would become of one alarm. */
function planAlarm(
  definition: AlarmDefinition,
  live: ReadonlyMap<string, LiveAlarm | undefined>,
  takeOver: boolean,
): AlarmStep {
  const name = definition.AlarmName
  if (!live.has(name)) return { action: 'create', name, definition }
  const alarm = live.get(name)
  if (alarm === undefined) return { action: 'foreign', name, why: 'a composite alarm has this name' }
  if (!isOurs(alarm) && !takeOver)
    return { action: 'foreign', name, why: `its description does not say ${OUR_MARK}: it was not made here` }
  const changes = diffAlarm(alarm, definition)
  if (changes.length === 0) return { action: 'unchanged', name }
  return { action: 'change', name, definition, changes, takenOver: !isOurs(alarm) }
}

const isOurs = (alarm: LiveAlarm) => alarm.AlarmDescription?.includes(OUR_MARK) ?? false

/** Which fleet an alarm is of: what all its canaries have in common. */
function fleetOf({ Namespace, Dimensions }: Pick<LiveAlarm, 'Namespace'> & { readonly Dimensions?: unknown }): string {
  const all = (Dimensions ?? []) as readonly { readonly Name?: string; readonly Value?: string }[]
  const common = all.filter(({ Name }) => Name !== 'Canary' && Name !== 'Place')
  return JSON.stringify([Namespace, common.map(({ Name, Value }) => JSON.stringify([Name, Value])).sort()])
}

/** An alarm's configuration as JSON, without its state: null for one that is of another kind. */
export function snapshot(alarm: LiveAlarm | undefined): unknown {
  if (alarm === undefined) return null
  const { AlarmArn: _, ...fields } = alarm as Record<string, unknown>
  const configured = Object.entries(fields).filter(
    ([key]) => !/^(State|AlarmConfigurationUpdated|Evaluation(State|Interval))/.test(key),
  )
  return JSON.parse(JSON.stringify(Object.fromEntries(configured.sort(([a], [b]) => (a < b ? -1 : 1)))))
}
