import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { placeAndAncestors, placeAt, placeContains, placeLevel } from '../../src/core/place.ts'
import { placeIds, segments } from './support.ts'

const LEVELS = ['partition', 'region', 'zone', 'cell', 'host'] as const
const host = 'aws/us-east-1/use1-az2/-/h1'

describe('levels', () => {
  test('an id has the level of its last part, and reaches that far and no farther', () => {
    fc.assert(
      fc.property(placeIds, id => {
        const depth = id.split('/').length
        expect(placeLevel(id)).toBe(LEVELS[depth - 1])
        expect(placeAt(id, placeLevel(id))).toBe(id)
        for (const below of LEVELS.slice(depth)) expect(placeAt(id, below)).toBeUndefined()
      }),
    )
  })

  test('cut off at a level, an id contains what it was cut from', () => {
    expect(placeAt(host, 'zone')).toBe('aws/us-east-1/use1-az2')
    expect(placeAt(host, 'partition')).toBe('aws')
    fc.assert(
      fc.property(placeIds, id => {
        expect(placeContains(placeAt(id, 'partition')!, id)).toBe(true)
      }),
    )
  })
})

describe('containment', () => {
  test('a place contains itself and everything that continues its path', () => {
    fc.assert(
      fc.property(placeIds, segments, (id, more) => {
        expect(placeContains(id, id)).toBe(true)
        expect(placeContains(id, `${id}/${more}`)).toBe(true)
        expect(placeContains(`${id}/${more}`, id)).toBe(false)
      }),
    )
  })

  test('a name that only begins alike is another place', () => {
    expect(placeContains('aws/us-east-1', 'aws/us-east-11')).toBe(false)
    fc.assert(
      fc.property(placeIds, segments, (id, more) => {
        expect(placeContains(id, id + more)).toBe(false)
      }),
    )
  })

  test('exactly the ancestors of a place, and itself, contain it', () => {
    const few = fc.array(fc.constantFrom('a', 'ab'), { minLength: 1, maxLength: 5 }).map(parts => parts.join('/'))
    fc.assert(
      fc.property(few, few, (outer, inner) => {
        expect(placeContains(outer, inner)).toBe(placeAndAncestors(inner).includes(outer))
      }),
    )
  })

  test('ancestors go from small to large and leave out the cell that is none', () => {
    expect(placeAndAncestors(host)).toEqual([host, 'aws/us-east-1/use1-az2', 'aws/us-east-1', 'aws'])
    expect(placeAndAncestors('aws/r/z/c/h')).toEqual(['aws/r/z/c/h', 'aws/r/z/c', 'aws/r/z', 'aws/r', 'aws'])
    expect(placeAndAncestors('aws')).toEqual(['aws'])
  })
})
