import { expect, test } from 'vitest'
import { parsePlace } from '../../src/core/place.ts'
import { awsRegions } from '../../src/core/regions.ts'

test('every region stands at its own place and has zones that are places below it', () => {
  expect(awsRegions.regions.length).toBeGreaterThan(0)
  for (const { place, partition, name, zones } of awsRegions.regions) {
    expect(parsePlace(place)).toEqual({ partition, region: name })
    expect(zones.length).toBeGreaterThanOrEqual(3)
    for (const zone of zones) expect(parsePlace(`${place}/${zone}`).zone).toBe(zone)
  }
})

test('no zone id stands in two regions', () => {
  const zones = awsRegions.regions.flatMap(r => r.zones)
  expect(new Set(zones).size).toBe(zones.length)
})

test('knows the zone ids of us-east-1', () => {
  expect(awsRegions.resolve('us-east-1')).toEqual({
    place: 'aws/us-east-1',
    name: 'us-east-1',
    partition: 'aws',
    geography: 'North America',
    zones: ['use1-az1', 'use1-az2', 'use1-az3', 'use1-az4', 'use1-az5', 'use1-az6'],
  })
})
