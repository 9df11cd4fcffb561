import { invalid, messageOf } from '../../core/options.ts'
import { type PlaceId, parsePlace, placeLevel } from '../../core/place.ts'
import { boundedText, optionalText } from './bounded-text.ts'

/** A host of the fleet. Its region and zone stand in its id. */
export interface HostRecord {
  /** A place down to the host: `aws/us-east-1/use1-az2/c7/h259`. */
  readonly id: PlaceId
  /** The failure domain that it shares with others of its zone. Names are unique within a zone. */
  readonly rack?: string
  /** Hosts that do one thing together and must not be away together, wherever they are. */
  readonly group?: string
}

/** The hosts as they have to be, or `invalid-option` that names the first wrong field. */
export function readHosts(field: string, hosts: readonly HostRecord[]): HostRecord[] {
  if (!Array.isArray(hosts)) throw invalid(field, 'a list of hosts', hosts)
  return hosts.map((host, i) => readHost(`${field}[${i}]`, host))
}

function readHost(field: string, host: HostRecord): HostRecord {
  if (typeof host !== 'object' || host === null) throw invalid(field, 'a host with an id', host)
  const { id, rack, group } = host
  for (const [name, value] of Object.entries({ rack, group })) optionalText(`${field}.${name}`, value, 'name')
  readHostId(`${field}.id`, id)
  return { id, ...(rack !== undefined && { rack }), ...(group !== undefined && { group }) }
}

/** A place id down to a host, or `invalid-option`. */
export function readHostId(field: string, id: unknown): PlaceId {
  if (typeof id !== 'string' || placeLevel(id) !== 'host')
    throw invalid(field, 'a host’s place, as in aws/us-east-1/use1-az2/c7/h259', id)
  boundedText(field, id, 'host')
  try {
    parsePlace(id)
  } catch (error) {
    throw invalid(field, `a host’s place (${messageOf(error)})`, id)
  }
  return id
}
