import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HostTable } from '../../../src/reservation/hosts/host-table.ts'
import { type CellState, emptyState, keyOf } from '../../../src/reservation/state/cell-state.ts'
import { decodeState, encodeState } from '../../../src/reservation/state/encode-state.ts'
import { canonical, event, foldAll } from './random-events.ts'

/** A state out of the pieces of another. */
function again(state: CellState, hosts: HostTable = HostTable.from(state.hosts.dump())): CellState {
  const next = emptyState()
  next.hosts = hosts
  decodeState(next, encodeState(state))
  return next
}

const withoutLists = (text: string) => text.replace(/"went": \[.*?\]\n?\s*\],/s, '')

test('what is read is what was written, counts included', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 80 }), events => {
      const state = emptyState()
      foldAll(state, events)
      expect(withoutLists(canonical(again(state)))).toBe(withoutLists(canonical(state)))
    }),
    { numRuns: 300 },
  )
})

test('and goes on like the one that was written', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 50 }), fc.array(event, { maxLength: 30 }), (before, then) => {
      const state = emptyState()
      foldAll(state, before)
      const read = again(state)
      for (const one of [state, read]) foldAll(one, then, before.length + 1)
      expect(withoutLists(canonical(read))).toBe(withoutLists(canonical(state)))
    }),
    { numRuns: 300 },
  )
})

test('hosts are known by their names: their numbers may be others', () => {
  const state = emptyState()
  const ids = ['h1', 'h2'].map(h => `aws/r1/z1/-/${h}`)
  foldAll(state, [{ type: 'hosts-added', hosts: ids.map(id => ({ id, rack: 'k1' })), by: 'olga' }])
  const other = new HostTable()
  for (const id of ids.toReversed()) other.add({ id, rack: 'k1' })
  expect(again(state, other).hosts.count).toBe(2)
})

test('another version, or a host that nobody knows, is corrupt', () => {
  const read = (value: unknown) => () => decodeState(emptyState(), Buffer.from(JSON.stringify(value)))
  expect(read({ version: 2 })).toThrow('a snapshot of version 2')
  const state = emptyState()
  const encoded = JSON.parse(encodeState(state).toString())
  encoded.casualties = [{ host: 'aws/r1/z1/-/h9', since: 1, activity: 'restart' }]
  expect(read(encoded)).toThrow('aws/r1/z1/-/h9, which was never added')
})

test('keys of two holders are never one', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 4, maxLength: 4 }), ([a, b, c, d]) => {
      expect(keyOf(a!, b!) === keyOf(c!, d!)).toBe(a === c && b === d)
    }),
  )
  expect(keyOf('a\nb', 'c')).not.toBe(keyOf('a', 'b\nc'))
  expect(keyOf('a b', 'c')).not.toBe(keyOf('a', 'b c'))
})
