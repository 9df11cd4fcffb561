import { expect, test } from 'vitest'
import { defineTargets } from '../../../src/scenarios/targets.ts'

test('targets are looked up by name, copied and frozen', () => {
  const given = {
    gamma: {
      endpoint: 'https://gamma.example',
      region: 'us-east-1',
      place: 'aws/us-east-1',
      tags: ['pre-production'],
      settings: { limits: { put: [1, 2] } },
      credentials: () => 'secret',
      pool: { take: () => Promise.reject(new Error('empty')) },
    },
    prod: {},
  }
  const targets = defineTargets(given)
  const gamma = targets.get('gamma')
  expect(targets.names).toEqual(['gamma', 'prod'])
  expect(gamma).toMatchObject({ name: 'gamma', ...given.gamma })
  expect(targets.get('prod')).toEqual({ name: 'prod' })
  given.gamma.tags.push('changed')
  given.gamma.settings.limits.put.push(3)
  expect(gamma.tags).toEqual(['pre-production'])
  expect(gamma.settings).toEqual({ limits: { put: [1, 2] } })
  for (const one of [targets, targets.names, gamma, gamma.tags, gamma.settings, gamma.settings?.limits])
    expect(Object.isFrozen(one)).toBe(true)
})

test('one that is not there is refused with those that are', () => {
  const targets = defineTargets({ gamma: {}, prod: {} })
  for (const name of ['beta', 'constructor', '__proto__'])
    expect(() => targets.get(name)).toThrow(`target: expected gamma or prod, got "${name}"`)
})

test.each([
  [undefined, 'defineTargets: expected an object of targets'],
  [{}, 'defineTargets: expected one target at least'],
  [{ ' ': {} }, 'target name: expected a non-empty string'],
  [{ a: null }, 'target a: expected an object'],
  [{ a: { endpont: 'https://x' } }, 'target a: endpont: expected one of endpoint, region'],
  [{ a: { endpoint: 'gamma' } }, 'target a: endpoint: expected an absolute URL'],
  [{ a: { region: '' } }, 'target a: region: expected a non-empty string'],
  [{ a: { place: 'a//b' } }, 'target a: place: place: expected partition/region'],
  [{ a: { credentials: 'hunter2' } }, 'target a: credentials: expected a function that answers them, got "string"'],
  [{ a: { tags: 'a' } }, 'target a: tags: expected a list of texts'],
  [{ a: { settings: [] } }, 'target a: settings: expected an object'],
  [{ a: { pool: {} } }, 'target a: pool: expected an object with take'],
])('%j is refused', (given, message) => {
  expect(() => defineTargets(given as never)).toThrow(message)
})
