import type { HostInfo } from '../../src/core/index.ts'

/** How many of each request a region's customers send, in parts. */
export interface Mix {
  readonly put: number
  readonly get: number
  readonly head: number
  readonly list: number
  readonly delete: number
}

export interface RegionSetup {
  readonly place: string
  readonly name: string
  readonly hosts: readonly HostInfo[]
  /** Customers' requests a second. */
  readonly rate: number
  readonly mix: Mix
}

/** The shape of a fleet: the whole example, or a small one for tests. */
export interface Shape {
  readonly regions: readonly string[]
  readonly zones: number
  readonly hostsPerZone: number
}

export const WHOLE: Shape = {
  regions: ['eu-north-1', 'us-east-1', 'us-gov-west-1', 'cn-north-1'],
  zones: 3,
  hostsPerZone: 2,
}
export const SMALL: Shape = { regions: ['eu-north-1', 'us-east-1'], zones: 3, hostsPerZone: 1 }

const SETUPS: Record<string, { place: string; zone: string; rate: number; mix: Mix }> = {
  'eu-north-1': {
    place: 'aws/eu-north-1',
    zone: 'eun1',
    rate: 40,
    mix: { put: 20, get: 55, head: 15, list: 5, delete: 5 },
  },
  'us-east-1': {
    place: 'aws/us-east-1',
    zone: 'use1',
    rate: 90,
    mix: { put: 14, get: 60, head: 15, list: 8, delete: 3 },
  },
  'us-gov-west-1': {
    place: 'aws-us-gov/us-gov-west-1',
    zone: 'usgw1',
    rate: 35,
    mix: { put: 30, get: 45, head: 20, list: 3, delete: 2 },
  },
  'cn-north-1': {
    place: 'aws-cn/cn-north-1',
    zone: 'cnn1',
    rate: 35,
    mix: { put: 10, get: 75, head: 10, list: 4, delete: 1 },
  },
}

/** The regions of a shape with their hosts: zones × hosts that serve, and one validator in the first zone. */
export function regionsOf({ regions, zones, hostsPerZone }: Shape): RegionSetup[] {
  return regions.map(name => {
    const { place, zone, rate, mix } = SETUPS[name]!
    const hosts: HostInfo[] = [{ host: `${place}/${zone}-az1/-/v1`, role: 'validator' }]
    for (let z = 1; z <= zones; z++) {
      for (let h = 1; h <= hostsPerZone; h++)
        hosts.push({ host: `${place}/${zone}-az${z}/-/h${(z - 1) * hostsPerZone + h}` })
    }
    return { place, name, hosts, rate, mix }
  })
}
