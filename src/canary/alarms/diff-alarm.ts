import { ALARM_FIELDS, type AlarmDefinition } from './alarm-definition.ts'
import type { LiveAlarm } from './alarms-api.ts'

/** One field that would change. `before` is undefined for one that is not set, `after` for one that goes. */
export interface FieldChange {
  readonly field: (typeof ALARM_FIELDS)[number]
  readonly before: unknown
  readonly after: unknown
}

/** What putting the definition would change of the alarm that is there, field by field. Empty: nothing. */
export function diffAlarm(live: LiveAlarm, definition: AlarmDefinition): FieldChange[] {
  return ALARM_FIELDS.flatMap(field => {
    const before = readField(field, (live as Record<string, unknown>)[field])
    const after = readField(field, (definition as unknown as Record<string, unknown>)[field])
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ field, before, after }]
  })
}

/** A field's value in the one way that it is compared: lists whose order means nothing are sorted, empty is not set. */
function readField(field: string, value: unknown): unknown {
  if (value === null || value === undefined) return undefined
  if (!Array.isArray(value)) return value
  if (value.length === 0) return undefined
  if (field === 'Dimensions')
    return value.map(({ Name, Value }) => `${Name}=${Value}`).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  return field.endsWith('Actions') ? [...value].sort() : value
}
