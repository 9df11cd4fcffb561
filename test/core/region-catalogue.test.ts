import { expect, test } from 'vitest'
import { createRegionCatalogue, type Region } from '../../src/core/region-catalogue.ts'

const region = (partition: string, name: string, geography = 'Europe'): Region => ({
  place: `${partition}/${name}`,
  name,
  partition,
  geography,
  zones: [`${name}-az1`],
})
const catalogue = createRegionCatalogue([
  region('aws', 'north'),
  region('aws', 'south', 'Africa'),
  region('gov', 'west'),
])

test('a region is found by its bare name and by its place', () => {
  expect(catalogue.resolve('south').place).toBe('aws/south')
  expect(catalogue.resolve('aws/south')).toBe(catalogue.resolve('south'))
})

test.each(['east', 'aws', 'gov/north', 'North', '', 'constructor', undefined])('%j is an unknown-region', name => {
  expect(() => catalogue.resolve(name as string)).toThrow(
    expect.objectContaining({
      code: 'unknown-region',
      message: `region: expected one of north, south, west; got ${JSON.stringify(name)}`,
    }),
  )
})

test('select keeps the order of the catalogue', () => {
  expect(catalogue.select(r => r.geography === 'Europe').map(r => r.name)).toEqual(['north', 'west'])
  expect(catalogue.select(() => false)).toEqual([])
})

test.each([
  ['a bare name', [region('aws', 'north'), region('gov', 'north')], '"north"'],
  ['a place', [region('aws', 'north'), { ...region('gov', 'south'), place: 'aws/north' }], '"aws/north"'],
  ['a name that is another region’s place', [region('aws', 'north'), region('x', 'aws/north')], '"aws/north"'],
])('%s that occurs twice is refused', (_, regions, key) => {
  expect(() => createRegionCatalogue(regions)).toThrow(
    expect.objectContaining({ code: 'invalid-option', message: `regions: ${key} stands in the catalogue twice` }),
  )
})

test('neither the list it was made of nor its own can change it', () => {
  const list = [region('aws', 'north')]
  const made = createRegionCatalogue(list)
  list.push(region('aws', 'south'))
  expect(made.regions.map(r => r.name)).toEqual(['north'])
  expect(() => (made.regions as Region[]).push(region('aws', 'south'))).toThrow(TypeError)
})
