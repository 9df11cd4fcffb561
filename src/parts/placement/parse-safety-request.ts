import { invalid, literalOption, messageOf, numberOption, textOption, wholeOption } from '../../core/options.ts'
import { type PlaceId, parsePlace } from '../../core/place.ts'
import type { SafetyRequest, UnavailableHost } from '../../core/safety-check.ts'
import { ACTIVITIES } from './tolerance.ts'

/** Reads a request as it comes out of JSON, into a copy with nothing else in it. `invalid-option` names the field that is wrong. */
export function parseSafetyRequest(value: unknown): SafetyRequest {
  const given = fieldsOf('request', value)
  if (!Array.isArray(given.unavailable)) throw invalid('unavailable', 'a list of hosts', given.unavailable)
  return {
    requestId: textOption('requestId', given.requestId),
    host: placeOption('host', given.host),
    zone: placeOption('zone', given.zone),
    ...(given.rack === undefined ? {} : { rack: textOption('rack', given.rack) }),
    activity: literalOption('activity', given.activity, ACTIVITIES),
    unavailable: Array.from(given.unavailable, (one: unknown, i) => unavailableOption(`unavailable[${i}]`, one)),
    placementVersion: wholeOption('placementVersion', given.placementVersion, 0),
    deadline: numberOption('deadline', given.deadline, 0),
  }
}

function unavailableOption(field: string, value: unknown): UnavailableHost {
  const given = fieldsOf(field, value)
  return {
    host: placeOption(`${field}.host`, given.host),
    zone: placeOption(`${field}.zone`, given.zone),
    ...(given.rack === undefined ? {} : { rack: textOption(`${field}.rack`, given.rack) }),
    state: literalOption(`${field}.state`, given.state, ['reserved', 'lost']),
    ...(given.activity === undefined
      ? {}
      : { activity: literalOption(`${field}.activity`, given.activity, ACTIVITIES) }),
  }
}

function fieldsOf(field: string, value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(field, 'an object', value)
  return value as Record<string, unknown>
}

function placeOption(field: string, value: unknown): PlaceId {
  try {
    parsePlace(value as PlaceId)
  } catch (error) {
    throw invalid(field, `a place id (${messageOf(error)})`, value)
  }
  return value as PlaceId
}
