import fc from 'fast-check'
import type { Gate, GateContext } from '../../src/core/gate.ts'
import type { Asked } from '../../src/core/read-verdict.ts'
import type { Decision, Verdict } from '../../src/core/verdict.ts'

/** What a gate is told when a test does not care. */
export const context = (over: Partial<GateContext> = {}): GateContext => ({
  run: 'run-1',
  place: 'aws/us-east-1',
  version: '2.0.0',
  phase: 'bake',
  since: 0,
  signal: new AbortController().signal,
  ...over,
})

export const asked: Asked = { source: 'asker', subject: { place: 'aws/us-east-1', version: '2.0.0' }, at: 1_000 }

/** A well-formed verdict. */
export const answer = (decision: Decision, over: Partial<Verdict> = {}): Verdict => ({
  decision,
  reasons: [{ code: `${decision}-code`, message: `because ${decision}` }],
  subject: {},
  source: 'somebody',
  at: 0,
  ...over,
})

/** A gate that does what a function does: answer anything, throw, hang. */
export const gateOf = (check: (context: GateContext) => unknown, name = 'gate'): Gate => ({
  name,
  check: check as Gate['check'],
})

/** A gate that always gives the same decision. */
export const says = (decision: Decision, over: Partial<Verdict> = {}): Gate =>
  gateOf(async () => answer(decision, over), `says-${decision}`)

export const decisions = fc.constantFrom<Decision>('go', 'wait', 'stop')

/** Well-formed verdicts with one to three reasons and sometimes an end. */
export const verdicts: fc.Arbitrary<Verdict> = fc
  .record({
    decision: decisions,
    reasons: fc.array(fc.record({ code: fc.string(), message: fc.string() }), { minLength: 1, maxLength: 3 }),
    validUntil: fc.option(fc.integer(), { nil: undefined }),
  })
  .map(({ decision, reasons, validUntil }) =>
    answer(decision, validUntil === undefined ? { reasons } : { reasons, validUntil }),
  )

/** Every kind of value that fast-check can make. */
export const anything = fc.anything({
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withObjectString: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
})

/** A proxy that throws whatever is done to it. */
export const revokedProxy = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

/** A list together with the same things in another order. */
export const withShuffled = <T>(lists: fc.Arbitrary<T[]>): fc.Arbitrary<[T[], T[]]> =>
  lists.chain(list =>
    fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length })),
  )

/** Lets everything run that is queued now, promise chains and rejection reports included. */
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn++) await new Promise<void>(resolve => setImmediate(resolve))
}

/** One part of a place id. */
export const segments = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:-]*$/)

/** Ids of every depth; those of hosts are sometimes in no cell. */
export const placeIds = fc
  .tuple(fc.array(segments, { minLength: 1, maxLength: 5 }), fc.boolean())
  .map(([parts, noCell]) => (parts.length === 5 && noCell ? parts.with(3, '-') : parts).join('/'))

/** What rejects without anybody listening while `work` runs. */
export async function unhandledDuring(work: () => Promise<void>): Promise<unknown[]> {
  const seen: unknown[] = []
  const listener = (reason: unknown) => seen.push(reason)
  const others = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', listener)
  try {
    await work()
    await settle()
  } finally {
    process.off('unhandledRejection', listener)
    for (const other of others) process.on('unhandledRejection', other)
  }
  return seen
}
