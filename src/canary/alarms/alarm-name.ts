import type { PlaceId } from '../../core/place.ts'

/** What the names of alarms begin with, unless it is said otherwise. */
export const NAME_PREFIX = 'canary/'

/** A canary, as it is told apart from others. */
export interface CanaryIdentity {
  readonly name: string
  readonly place?: PlaceId | undefined
  readonly vantage?: string | undefined
}

/** A canary in the names of its alarms: `front page at aws/eu-north-1 from office`. */
export const canaryId = ({ name, place, vantage }: CanaryIdentity): string =>
  `${name}${place === undefined ? '' : ` at ${place}`}${vantage === undefined ? '' : ` from ${vantage}`}`

/** The name of the alarm on a canary's success, or on its heartbeat. */
export const alarmNameOf = (canary: CanaryIdentity, about: 'success' | 'heartbeat', prefix = NAME_PREFIX): string =>
  `${prefix}${canaryId(canary)}: ${about}`
