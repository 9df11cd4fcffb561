// A coordinator and five clients of it that never tire: they reserve hosts, go through the phases, give them back, give
// them up, or forget them; casualties are resolved. Prints a line for whatever was acknowledged: `granted ID TOKEN HOST`,
// `ended ID`, `lost ID`. argv: `sqlite` and a path, or `postgres` and an address; and the cell.
import { writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAndonError } from '../../../src/core/errors.ts'
import type { SafetyRequest } from '../../../src/core/safety-check.ts'
import type { Verdict } from '../../../src/core/verdict.ts'
import { postgresLedger, sqliteLedger } from '../../../src/parts/ledger/index.ts'
import { createCoordinator } from '../../../src/reservation/coordinator/create-coordinator.ts'
import { HOSTS, POLICY, STRIPES } from './fleet-under-storm.ts'

process.stdin.on('end', () => process.exit()).resume()
const [, , kind, where, cell] = process.argv
const ledger = kind === 'sqlite' ? sqliteLedger(where!) : postgresLedger({ connectionString: where! })

const coordinator = createCoordinator({
  ledger,
  cell: cell!,
  policy: POLICY,
  snapshotEvery: 40,
  everyMs: 50,
  uncertainMs: 3000,
  safety: { isSafeToReserve },
})

async function isSafeToReserve(request: SafetyRequest): Promise<Verdict> {
  if (Math.random() < 0.3) await sleep(Math.random() * 4)
  const gone = new Set([request.host, ...request.unavailable.map(u => u.host)])
  const hurt = STRIPES.filter(
    s => s.members.includes(request.host) && s.members.filter(m => gone.has(m)).length > s.tolerance[request.activity],
  ).map(s => s.id)
  const { requestId, host, activity } = request
  return {
    decision: hurt.length > 0 ? 'stop' : 'go',
    reasons: [{ code: hurt.length > 0 ? 'placement-hurt' : 'fine', message: hurt.join() }],
    subject: { place: host },
    source: 'service',
    at: Date.now(),
    evidence: { requestId, host, activity, placementVersion: 1, hurt },
  }
}

const say = (...words: unknown[]) => writeSync(1, `${words.join(' ')}\n`)
const any = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)]!
const EXPECTED = ['reservation-uncertain', 'reservation-unreachable', 'reservation-lost', 'reservation-unknown']

async function client(n: number): Promise<void> {
  for (let i = 0; ; i++) {
    try {
      await once(`${process.pid}-${n}`, `${process.pid}/${n}/${i}`)
    } catch (error) {
      if (!isAndonError(error) || !EXPECTED.includes(error.code)) throw error
    }
  }
}

async function once(holder: string, key: string): Promise<void> {
  const wish = {
    host: any(HOSTS).id,
    activity: any(['restart', 'long-offline'] as const),
    holder,
    reason: 'storm',
    key,
  }
  const answer = await coordinator.reserve({ ...wish, ttlMs: 400 })
  if (!answer.granted) return
  const { reservation } = answer
  say('granted', reservation.id, reservation.token, reservation.host)
  const fate = Math.random()
  if (fate < 0.02) return
  await coordinator.advance(reservation, 'executing')
  if (fate < 0.5) await coordinator.renew(reservation)
  const outcome = fate < 0.04 ? 'failed' : 'healthy'
  await coordinator.release(reservation, outcome)
  say(outcome === 'failed' ? 'lost' : 'ended', reservation.id)
}

async function operator(): Promise<void> {
  for (;;) {
    await sleep(30)
    try {
      for (const { host } of (await coordinator.status()).casualties)
        await coordinator.resolve(host, 'repaired', 'op', 'ok')
    } catch (error) {
      if (!isAndonError(error) || !EXPECTED.includes(error.code)) throw error
    }
  }
}

for (;;) {
  try {
    await coordinator.ready()
    await coordinator.addHosts(HOSTS, 'storm')
    break
  } catch (error) {
    if (!isAndonError(error)) throw error
    await sleep(20)
  }
}
say('ready')
void operator()
for (let n = 0; n < 5; n++) void client(n)
