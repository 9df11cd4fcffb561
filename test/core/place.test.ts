import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatPlace, type Place, parsePlace } from '../../src/core/place.ts'
import { placeIds } from './support.ts'

const host = 'aws/us-east-1/use1-az2/-/h1'

describe('parsePlace and formatPlace', () => {
  test('every id comes back as it was', () => {
    fc.assert(
      fc.property(placeIds, id => {
        expect(formatPlace(parsePlace(id))).toBe(id)
      }),
    )
  })

  test('a host in a cell is taken apart into five', () => {
    expect(parsePlace('aws/us-east-1/use1-az2/c7/h259')).toEqual({
      partition: 'aws',
      region: 'us-east-1',
      zone: 'use1-az2',
      cell: 'c7',
      host: 'h259',
    })
  })

  test('a host in no cell writes - for it, and has no cell', () => {
    const place = { partition: 'aws', region: 'us-east-1', zone: 'use1-az2', host: 'h1' }
    expect(parsePlace(host)).toEqual(place)
    expect(formatPlace(place)).toBe(host)
  })

  test('domains are not on the path', () => {
    expect(formatPlace({ partition: 'aws', region: 'r', domains: { rack: 'k9' } })).toBe('aws/r')
  })

  test.each([
    ['', 'partition ""'],
    ['/', 'partition ""'],
    ['aws/', 'region ""'],
    ['aws//z', 'region ""'],
    ['aws/us east', 'region "us east"'],
    ['aws/r/z\n', 'zone "z\\n"'],
    ['-/r', 'partition "-"'],
    ['aws/r/-/c/h', 'zone "-"'],
    ['aws/r/z/c/-', 'host "-"'],
    ['aws/r/z/../h', 'cell ".."'],
    ['aws/r/z/c/h/x', '6 parts, at most 5'],
    [42, 'not a string'],
    [undefined, 'not a string'],
  ])('%j is an invalid-place (%s)', (id, why) => {
    expect(() => parsePlace(id as string)).toThrow(
      expect.objectContaining({
        code: 'invalid-place',
        message: expect.stringMatching(/^place: expected partition\/region\/zone\/cell\/host, got /),
      }),
    )
    expect(() => parsePlace(id as string)).toThrow(`(${why})`)
  })

  test.each<[Partial<Place>, string]>([
    [{ partition: 'aws', zone: 'z' }, 'place: has a zone (z) but no region'],
    [{ partition: 'aws', region: 'r', host: 'h' }, 'place: has a host (h) but no zone'],
    [{ region: 'r' }, 'place: has a region (r) but no partition'],
    [{}, 'partition ""'],
    [{ partition: 'a b' }, 'partition "a b"'],
  ])('%j cannot be written', (place, message) => {
    expect(() => formatPlace(place as Place)).toThrow(message)
  })

  test('a part with a slash in it does not become another level', () => {
    expect(() => formatPlace({ partition: 'aws', region: 'us-east-1/use1-az2' })).toThrow(
      expect.objectContaining({ code: 'invalid-place' }),
    )
  })
})
