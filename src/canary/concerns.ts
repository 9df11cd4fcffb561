import { type PlaceId, placeContains } from '../core/place.ts'
import type { CanaryRecord } from './canary-run.ts'

/** Whether a canary says something about a place: it is there, within it, around it, or about no place in particular. */
export const concerns = (canary: Pick<CanaryRecord, 'place'>, place: PlaceId | undefined): boolean =>
  canary.place === undefined ||
  place === undefined ||
  placeContains(canary.place, place) ||
  placeContains(place, canary.place)
