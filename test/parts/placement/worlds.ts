import fc from 'fast-check'
import type { Activity, SafetyRequest } from '../../../src/core/safety-check.ts'
import type { Placement, Stripe, Tolerance } from '../../../src/parts/placement/index.ts'

export const host = (n: number) => `aws/r1/z${n % 3}/-/h${n}`
export const ACTIVITIES: Activity[] = ['restart', 'long-offline', 'destroy']

export const requestFor = (over: Partial<SafetyRequest> = {}): SafetyRequest => ({
  requestId: 'q1',
  host: host(0),
  zone: 'aws/r1/z0',
  activity: 'restart',
  unavailable: [],
  placementVersion: 0,
  deadline: 1000,
  ...over,
})

export const lost = (...numbers: number[]) =>
  numbers.map(n => ({ host: host(n), zone: `aws/r1/z${n % 3}`, state: 'lost' as const }))

export const erasure = (id: string, k: number, members: number[], over: object = {}): Stripe => ({
  kind: 'erasure',
  id,
  k,
  m: members.length - k,
  members: members.map(host),
  ...over,
})

export const replicas = (id: string, writeQuorum: number, members: number[], over: object = {}): Stripe => ({
  kind: 'replicas',
  id,
  writeQuorum,
  members: members.map(host),
  ...over,
})

const HOSTS = 12
const small = fc.nat(4)
const tolerances: fc.Arbitrary<Tolerance> = fc.record(
  { restart: small, 'long-offline': small, destroy: small },
  { requiredKeys: [] },
)

const stripe: fc.Arbitrary<Omit<Stripe, 'id'>> = fc
  .uniqueArray(fc.nat(HOSTS - 1), { minLength: 1, maxLength: 7 })
  .chain(numbers =>
    fc.record({
      kind: fc.constantFrom('erasure' as const, 'replicas' as const),
      needed: fc.integer({ min: 1, max: numbers.length }),
      readQuorum: fc.option(fc.integer({ min: 1, max: numbers.length }), { nil: undefined }),
      rebuilding: fc.oneof({ weight: 3, arbitrary: fc.constant<number[]>([]) }, fc.subarray(numbers)),
      tolerance: fc.option(fc.oneof(small, tolerances), { nil: undefined }),
      numbers: fc.constant(numbers),
    }),
  )
  .map(({ kind, needed, readQuorum, rebuilding, tolerance, numbers }) => {
    const more = { rebuilding: rebuilding.map(host), ...(tolerance === undefined ? {} : { tolerance }) }
    if (kind === 'erasure') return erasure('', needed, numbers, more)
    return replicas('', needed, numbers, readQuorum === undefined ? more : { ...more, readQuorum })
  })

/** A small world and a question about it. */
export const questions = fc.record({
  placement: fc
    .array(stripe, { maxLength: 8 })
    .map((list): Placement => ({ version: 3, stripes: list.map((s, i) => ({ ...s, id: `s${i}` }) as Stripe) })),
  tolerance: tolerances,
  activity: fc.constantFrom(...ACTIVITIES),
  asked: fc.nat(HOSTS - 1),
  unavailable: fc.uniqueArray(fc.nat(HOSTS - 1), { maxLength: 4 }),
})

/** What is hurt, counted from scratch and in the words of the documentation. */
export function hurtModel(
  placement: Placement,
  asked: string,
  unavailable: readonly string[],
  activity: Activity,
  tolerance: Tolerance,
): string[] {
  const defaults = { restart: 1, 'long-offline': 1, destroy: 0 }
  return Array.from(placement.stripes)
    .filter(s => s.members.includes(asked))
    .filter(s => {
      const gone = s.members.filter(m => m === asked || unavailable.includes(m) || s.rebuilding?.includes(m))
      let allowed = tolerance[activity] ?? defaults[activity]
      if (typeof s.tolerance === 'number')
        allowed = activity === 'restart' ? s.tolerance : Math.min(allowed, s.tolerance)
      else allowed = s.tolerance?.[activity] ?? allowed
      const left = s.members.length - gone.length
      const enough = s.kind === 'erasure' ? left >= s.k : left >= s.writeQuorum && left >= (s.readQuorum ?? 1)
      return gone.length > allowed || !enough
    })
    .map(s => s.id)
}
