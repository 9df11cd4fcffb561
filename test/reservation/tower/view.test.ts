import { expect, test } from 'vitest'
import type { CellStatus } from '../../../src/reservation/coordinator/coordinator.ts'
import { viewOf } from '../../../src/reservation/tower/view.ts'
import { cell, hostOf } from './support.ts'

async function statusWith(change: (status: CellStatus) => Partial<CellStatus>): Promise<CellStatus> {
  const { coordinator, reserve } = await cell()
  await reserve(hostOf(1, 1), { ttlMs: 60_000 })
  const status = await coordinator.status()
  return { ...status, ...change(status) }
}

test('of ten thousand reservations those are shown whose lease ends first, and all are counted', async () => {
  const status = await statusWith(({ reservations: [one] }) => ({
    reservations: Array.from({ length: 10_000 }, (_, i) => ({ ...one!, id: `r${i}`, expiresAt: 1_000_000 - i })),
  }))
  const { reservations } = viewOf(status)
  expect(reservations.total).toBe(10_000)
  expect(reservations.shown).toHaveLength(200)
  expect(reservations.shown.map(r => r.id).slice(0, 2)).toEqual(['r9999', 'r9998'])
  expect(status.reservations[0]!.id).toBe('r0')
  expect(JSON.stringify(viewOf(status)).length).toBeLessThan(100_000)
})

test('texts of ten thousand letters are cut, never in the middle of a character', async () => {
  const status = await statusWith(({ reservations: [one] }) => ({
    reservations: [{ ...one!, holder: `${'x'.repeat(299)}😀${'y'.repeat(10_000)}`, reason: 'r'.repeat(10_000) }],
  }))
  const [shown] = viewOf(status).reservations.shown
  expect(shown!.holder).toBe(`${'x'.repeat(299)}…`)
  expect(shown!.reason).toBe(`${'r'.repeat(300)}…`)
})

test('nothing of a token is shown: whoever has it may act', async () => {
  const status = await statusWith(() => ({}))
  expect(status.reservations[0]!.token).toBeGreaterThan(0)
  expect(JSON.stringify(viewOf(status))).not.toMatch(/token/)
})

test('zones with the least room come first', async () => {
  const zone = (name: string, reserved: number, casualties = 0) => ({
    zone: `aws/eu-north-1/${name}`,
    hosts: 10,
    reserved,
    casualties,
    maxOffline: 3,
  })
  const status = await statusWith(() => ({ zones: [zone('a', 0), zone('b', 1), zone('c', 1, 3), zone('d', 0)] }))
  expect(viewOf(status).zones.shown.map(z => z.zone.at(-1))).toEqual(['c', 'b', 'a', 'd'])
})
