import type { CordLevel } from '../../core/cord.ts'
import { invalid, literalOption, wholeOption } from '../../core/options.ts'
import type { PlaceId } from '../../core/place.ts'
import type { BreakGlassRequest, Outcome, ReserveRequest } from '../coordinator/coordinator.ts'
import type { Resolution } from '../model/events.ts'
import { type HostRecord, readHostId, readHosts } from '../model/host-record.ts'
import type { Policy } from '../model/policy.ts'
import { readPolicy } from '../model/read-policy.ts'
import type { LivePhase } from '../model/reservation.ts'
import { REQUEST_LIMITS } from '../wire/limits.ts'
import { ACTIVITIES, CORD_LEVELS, OUTCOMES, PRIORITIES, RESOLUTIONS, TARGET_PHASES } from '../wire/words.ts'
import { given, optionally, readFields, textUpTo } from './read-body.ts'

const name = textUpTo(REQUEST_LIMITS.name)
const reason = textUpTo(REQUEST_LIMITS.reason)
const ttl = (field: string, value: unknown) => wholeOption(field, value, 1, REQUEST_LIMITS.ttlMs)
const priority = (field: string, value: unknown) => literalOption(field, value, PRIORITIES)
const activity = (value: unknown) => literalOption('activity', value, ACTIVITIES)

function host(field: string, value: unknown): PlaceId {
  if (typeof value !== 'string' || value.length > REQUEST_LIMITS.host)
    throw invalid(field, `a host’s place of at most ${REQUEST_LIMITS.host} characters`, value)
  try {
    return readHostId(field, value)
  } catch {
    // What is wrong inside of a place is told without the field.
    throw invalid(field, 'a host’s place, as in aws/us-east-1/use1-az2/c7/h259', value)
  }
}

function list<T>(field: string, value: unknown, most: number, read: (field: string, value: unknown) => T): T[] {
  if (!Array.isArray(value) || value.length > most) throw invalid(field, `a list of at most ${most}`, value)
  return value.map((item, i) => read(`${field}[${i}]`, item))
}

const stripes = (value: unknown) => list('accept', value, REQUEST_LIMITS.stripes, name)

/** `POST /v1/reservations`: everything but who asks, which is not the body's to say. */
export function readReserve(body: unknown): Omit<ReserveRequest, 'holder'> {
  const f = readFields(body, ['host', 'activity', 'reason', 'ttlMs', 'key', 'priority', 'waitMs', 'keepPlaceMs'])
  return given({
    host: host('host', f.host),
    activity: activity(f.activity),
    reason: reason('reason', f.reason),
    ttlMs: optionally('ttlMs', f.ttlMs, ttl),
    key: optionally('key', f.key, name),
    priority: optionally('priority', f.priority, priority),
    waitMs: optionally('waitMs', f.waitMs, (field, value) => wholeOption(field, value, 0, REQUEST_LIMITS.waitMs)),
    keepPlaceMs: optionally('keepPlaceMs', f.keepPlaceMs, (field, value) =>
      wholeOption(field, value, 0, REQUEST_LIMITS.keepPlaceMs),
    ),
  })
}

/** `POST /v1/explain`. */
export function readExplain(body: unknown): Pick<ReserveRequest, 'host' | 'activity' | 'priority' | 'ttlMs'> {
  const f = readFields(body, ['host', 'activity', 'priority', 'ttlMs'])
  return given({
    host: host('host', f.host),
    activity: activity(f.activity),
    priority: optionally('priority', f.priority, priority),
    ttlMs: optionally('ttlMs', f.ttlMs, ttl),
  })
}

const token = (value: unknown) => wholeOption('token', value, 1)

/** `POST /v1/check`. */
export function readCheck(body: unknown): { host: PlaceId; token: number } {
  const f = readFields(body, ['host', 'token'])
  return { host: host('host', f.host), token: token(f.token) }
}

/** `POST /v1/reservations/{id}/renew`. */
export function readRenew(body: unknown): { token: number; ttlMs?: number } {
  const f = readFields(body, ['token', 'ttlMs'])
  return given({ token: token(f.token), ttlMs: optionally('ttlMs', f.ttlMs, ttl) })
}

/** `POST /v1/reservations/{id}/advance`. */
export function readAdvance(body: unknown): { token: number; to: LivePhase } {
  const f = readFields(body, ['token', 'to'])
  return { token: token(f.token), to: literalOption('to', f.to, TARGET_PHASES) }
}

/** `POST /v1/reservations/{id}/release`. */
export function readRelease(body: unknown): { token: number; outcome: Outcome; reason?: string } {
  const f = readFields(body, ['token', 'outcome', 'reason'])
  return given({
    token: token(f.token),
    outcome: literalOption('outcome', f.outcome, OUTCOMES),
    reason: optionally('reason', f.reason, reason),
  })
}

/** `POST /v1/reservations/{id}/cancel`: without a token it is the wish of an operator. */
export function readCancel(body: unknown): { token?: number; reason: string } {
  const f = readFields(body, ['token', 'reason'])
  return given({ token: optionally('token', f.token, (_, value) => token(value)), reason: reason('reason', f.reason) })
}

/** `POST /v1/casualties/resolve`. */
export function readResolve(body: unknown): { host: PlaceId; as: Resolution; reason: string } {
  const f = readFields(body, ['host', 'as', 'reason'])
  return {
    host: host('host', f.host),
    as: literalOption('as', f.as, RESOLUTIONS),
    reason: reason('reason', f.reason),
  }
}

/** `POST /v1/cord`. */
export function readCord(body: unknown): { level: CordLevel; reason: string } {
  const f = readFields(body, ['level', 'reason'])
  return { level: literalOption('level', f.level, CORD_LEVELS), reason: reason('reason', f.reason) }
}

/** `POST /v1/break-glass`. */
export function readBreakGlass(body: unknown): Omit<BreakGlassRequest, 'holder'> {
  const f = readFields(body, ['host', 'activity', 'reason', 'ttlMs', 'accept'])
  return given({
    host: host('host', f.host),
    activity: activity(f.activity),
    reason: reason('reason', f.reason),
    ttlMs: optionally('ttlMs', f.ttlMs, ttl),
    accept: optionally('accept', f.accept, (_, value) => stripes(value)),
  })
}

/** `POST /v1/break-glass/{id}/confirm`. */
export function readConfirm(body: unknown): { accept: readonly string[] } {
  const { accept } = readFields(body, ['accept'])
  return { accept: accept === undefined ? [] : stripes(accept) }
}

/** `POST /v1/hosts`. */
export function readAddHosts(body: unknown): HostRecord[] {
  const f = readFields(body, ['hosts'])
  return list('hosts', f.hosts, REQUEST_LIMITS.hosts, (field, value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(field, 'a host', value)
    const { id, rack, group, ...others } = value as HostRecord
    for (const other of Object.keys(others))
      throw invalid(`${field}.${other}`, 'only the fields id, rack, group', (others as Record<string, unknown>)[other])
    host(`${field}.id`, id)
    for (const [key, text] of Object.entries(given({ rack, group }))) name(`${field}.${key}`, text)
    return readHosts(field, [value as HostRecord])[0]!
  })
}

/** `POST /v1/hosts/remove`. */
export function readRemoveHosts(body: unknown): PlaceId[] {
  return list('hosts', readFields(body, ['hosts']).hosts, REQUEST_LIMITS.hosts, host)
}

/** `PUT /v1/policy`. */
export function readPolicyBody(body: unknown): Policy {
  noNull('policy', body)
  readPolicy(body as Policy)
  return body as Policy
}

/** A limit of null must not be taken for one that is left out. */
function noNull(field: string, value: unknown): void {
  if (value === null) throw invalid(field, 'a value, or no such field', value)
  if (typeof value === 'object') for (const [name, inner] of Object.entries(value)) noNull(`${field}.${name}`, inner)
}
