import { expect, test } from 'vitest'
import { realClock, virtualClock } from '../../../src/core/index.ts'
import { memoryLedger } from '../../../src/parts/ledger/index.ts'
import { HOUR, ledgerConformance } from '../../conformance/ledger.ts'

ledgerConformance('memoryLedger', async () => {
  let wall: number | undefined
  let ahead = 0
  const clock = { ...realClock, now: () => wall ?? realClock.now(), monotonic: () => realClock.monotonic() + ahead }
  const ledger = memoryLedger({ clock })
  return {
    ledger,
    setClientClock: at => {
      wall = at
    },
    // No steady clock goes back; if one did:
    clockBack: async (stream, ms) => {
      ahead = ms
      await ledger.append({ stream, after: (await ledger.read(stream, 0)).head, events: [{ type: 'ahead' }] })
      ahead = 0
    },
    grainMs: 0,
    cleanup: () => ledger.close(),
  }
})

test('time passes by the injected clock, to the millisecond', async () => {
  const clock = virtualClock(1_700_000_000_000)
  const ledger = memoryLedger({ clock })
  const add = (after: number, terms: object) => ledger.append({ stream: 's', after, events: [{ type: 'e' }], ...terms })
  const noon = 1_700_000_000_000 + HOUR
  await clock.advance(HOUR - 1)
  expect(await add(0, { notBefore: noon })).toEqual({ ok: false, why: 'early', now: noon - 1, head: 0 })
  expect(await add(0, { before: noon })).toEqual({ ok: true, sequence: 1, at: noon - 1 })
  await clock.advance(1)
  expect(await add(1, { before: noon })).toEqual({ ok: false, why: 'late', now: noon, head: 1 })
  expect(await add(1, { notBefore: noon })).toEqual({ ok: true, sequence: 2, at: noon })
})

test('keeps the very events that were appended', async () => {
  const ledger = memoryLedger()
  const events = [{ type: 'e' }]
  await ledger.append({ stream: 's', after: 0, events })
  expect((await ledger.read('s', 0)).entries[0]!.events).toBe(events)
})
