import type { Clock } from '../../core/clock.ts'

/** The limits of a poll interval in the Data API, in seconds. Source: the API's model of RequiredMinimumPollIntervalInSeconds. */
export const SHORTEST_INTERVAL_S = 15
export const LONGEST_INTERVAL_S = 86_400

/**
 * A token may be used for 24 hours from when it was given; an hour earlier it counts as too old, so that a slow call or
 * a slightly wrong clock does not find it dead. Source: the API reference, InitialConfigurationToken.
 */
const TOKEN_LIFE_MS = 23 * 3_600_000

/** What is known of a configuration session between two calls: the one token that the next call may use, and when. */
export interface Session {
  readonly token: string
  /** When the token was given, on both clocks. */
  readonly wall: number
  readonly steady: number
  /** How long the service wants to be left alone after giving the token, in milliseconds. */
  readonly intervalMs: number
}

/** The session after a token was given. Without a usable interval from the service, the one before stays. */
export function sessionOf(token: string, intervalMs: number, clock: Clock): Session {
  return { token, intervalMs, wall: clock.now(), steady: clock.monotonic() }
}

/** What the service said, in milliseconds within its own limits; `otherwise` when it said nothing that is a number. */
export function intervalOf(seconds: unknown, otherwise: number): number {
  if (typeof seconds !== 'number' || !Number.isFinite(seconds)) return otherwise
  return Math.min(LONGEST_INTERVAL_S, Math.max(SHORTEST_INTERVAL_S, seconds)) * 1000
}

/** Whether the token is too old to be used. */
export const isTooOld = (session: Session, clock: Clock): boolean => ageOf(session, clock) >= TOKEN_LIFE_MS

/** Whether the service would say that a call comes too early. */
export const isEarly = (session: Session, clock: Clock): boolean => ageOf(session, clock) < session.intervalMs

/**
 * Wall clocks jump back, and steady ones stand still while a machine or a function is frozen; the one that says more is
 * believed. Too much costs a needless session, too little a refused call.
 */
function ageOf(session: Session, clock: Clock): number {
  return Math.max(clock.now() - session.wall, clock.monotonic() - session.steady)
}
