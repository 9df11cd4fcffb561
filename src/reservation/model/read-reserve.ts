import { invalid, literalOption, numberOption } from '../../core/options.ts'
import type { PlaceId } from '../../core/place.ts'
import type { Activity } from '../../core/safety-check.ts'
import type { ReserveRequest } from '../coordinator/coordinator.ts'
import { boundedText, optionalText } from './bounded-text.ts'
import { readHostId } from './host-record.ts'
import { ACTIVITIES } from './read-policy.ts'
import type { Priority } from './reservation.ts'

export interface ReadReserve {
  readonly host: PlaceId
  readonly activity: Activity
  readonly holder: string
  readonly reason: string
  readonly ttlMs: number | undefined
  readonly key: string | undefined
  readonly priority: Priority
  readonly waitMs: number
  readonly keepPlaceMs: number
}

/** A request as it has to be, or `invalid-option` that names the first wrong field. */
export function readReserve(request: ReserveRequest, isKnown: (host: string) => boolean): ReadReserve {
  if (typeof request !== 'object' || request === null) throw invalid('request', 'an object', request)
  const { host, activity, holder, reason, ttlMs, key, priority = 'normal', waitMs = 0, keepPlaceMs = 0 } = request
  return {
    // A name that the fleet knows is a good one.
    host: typeof host === 'string' && isKnown(host) ? host : readHostId('host', host),
    activity: literalOption('activity', activity, ACTIVITIES),
    holder: boundedText('holder', holder, 'name'),
    reason: boundedText('reason', reason, 'reason'),
    ttlMs: ttlMs === undefined ? undefined : numberOption('ttlMs', ttlMs, 1),
    key: optionalText('key', key, 'name'),
    priority: literalOption('priority', priority, ['low', 'normal', 'high', 'emergency']),
    waitMs: numberOption('waitMs', waitMs, 0),
    keepPlaceMs: numberOption('keepPlaceMs', keepPlaceMs, 0, 60_000),
  }
}
