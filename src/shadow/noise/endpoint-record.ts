import type { AnswerDifference, Comparison } from '../compare/comparison.ts'
import { type Circumstances, type Counters, counters, createFieldRecord, type FieldRecord } from './field-record.ts'
import { createKeptNames } from './kept-names.ts'
import { createLatencyHistogram, type LatencyHistogram } from './latency-histogram.ts'
import { type Against, type Counts, type EndpointData, INCOMPLETE, NOT_COMPARED, OTHERS } from './table-data.ts'

/** What is counted for one endpoint. */
export interface EndpointRecord {
  record(against: Against, comparison: Comparison, stamp: number, circumstances: Circumstances): void
  recordPair(secondary: Comparison, candidate: Comparison, stamp: number, circumstances: Circumstances): void
  recordLatency(of: 'primary' | Against, ms: number): void
  /** Comparisons, of whatever outcome. */
  comparisons(): Counts
  read(): EndpointData
}

interface Entry {
  readonly record: FieldRecord
  readonly outer: boolean
}

/** Status and headers are there whatever became of the body. */
const isOuter = (field: string) => field === 'status' || field.startsWith('header:')

/** A request, while it is counted. */
interface Seen extends Circumstances {
  readonly stamp: number
  /** What it has added to the numbers of comparisons. */
  readonly now: Counts
}

const less = (a: Counts, b: Counts): Counts => ({
  secondary: a.secondary - b.secondary,
  candidate: a.candidate - b.candidate,
})

const sum = (...all: Counts[]): Counters => {
  const total = counters()
  for (const { secondary, candidate } of all) {
    total.secondary += secondary
    total.candidate += candidate
  }
  return total
}

export function createEndpointRecord(options: {
  readonly endpoint: string
  readonly mostFields: number
  readonly examples: number
  readonly nextOrder: () => number
}): EndpointRecord {
  const { endpoint, mostFields, examples, nextOrder } = options
  const compared = counters()
  const incomplete = counters()
  const notCompared = counters()
  const all = () => sum(compared, incomplete, notCompared)
  const total = (outer: boolean) => (outer ? all() : compared)
  const latency = new Map<'primary' | Against, LatencyHistogram>()
  let pairs = 0
  let goneMismatches: Counts = counters()

  const fields = createKeptNames<Entry>({
    most: mostFields,
    make: (field, late) => {
      const outer = isOuter(field)
      const since = late ? total(outer) : counters()
      return { outer, record: createFieldRecord({ field, late, since, examples, nextOrder }) }
    },
    onGone: ({ record }) => {
      goneMismatches = sum(goneMismatches, record.mismatches)
    },
  })
  /** What is counted beside the fields; it counts in all comparisons. */
  const apart = new Map<string, FieldRecord>()
  const apartFrom = (field: string, since: () => Counts): FieldRecord => {
    const known = apart.get(field)
    if (known) return known
    const record = createFieldRecord({ field, late: false, since: since(), examples, nextOrder })
    apart.set(field, record)
    return record
  }

  const stateOf = ({ by, complete }: Comparison): Counters => {
    if (by === 'none') return notCompared
    return complete ? compared : incomplete
  }
  const markDifferences = (against: Against, differences: readonly AnswerDifference[], seen: Seen) => {
    for (const difference of differences) {
      const known = fields.touch(difference.field, seen.stamp)?.record
      // The others are counted from the first comparison on that found no room.
      const record = known ?? apartFrom(OTHERS, () => less(all(), seen.now))
      record.mark(against, { ...seen, difference })
    }
  }
  const mark = (against: Against, comparison: Comparison, seen: Seen) => {
    const state = stateOf(comparison)
    const { differences, why } = comparison
    if (state === compared) return markDifferences(against, differences, seen)
    const field = state === incomplete ? INCOMPLETE : NOT_COMPARED
    const difference = { path: field, ...differences[0], field, kind: 'changed' } as const
    apartFrom(field, counters).mark(against, { ...seen, why, difference })
    const outer = differences.filter(d => isOuter(d.field))
    markDifferences(against, outer, seen)
  }
  const settle = (stamp: number, differences: readonly AnswerDifference[]) => {
    for (const { field } of differences) (fields.touch(field, stamp)?.record ?? apart.get(OTHERS))?.settle(stamp)
  }
  return {
    comparisons: all,
    record(against, comparison, stamp, circumstances) {
      const state = stateOf(comparison)
      state[against]++
      if (comparison.equal && state === compared) return
      mark(against, comparison, { ...circumstances, stamp, now: { ...counters(), [against]: 1 } })
    },
    recordPair(secondary, candidate, stamp, circumstances) {
      const states = [stateOf(secondary), stateOf(candidate)] as const
      states[0].secondary++
      states[1].candidate++
      const paired = states[0] === compared && states[1] === compared
      if (paired) pairs++
      if (paired && secondary.equal && candidate.equal) return
      const seen = { ...circumstances, stamp, now: { secondary: 1, candidate: 1 } }
      mark('secondary', secondary, seen)
      mark('candidate', candidate, seen)
      if (!paired) return
      settle(stamp, secondary.differences)
      settle(stamp, candidate.differences)
    },
    recordLatency(of, ms) {
      let histogram = latency.get(of)
      if (!histogram) latency.set(of, (histogram = createLatencyHistogram()))
      histogram.record(ms)
    },
    read: () => ({
      endpoint,
      compared: { ...compared },
      incomplete: { ...incomplete },
      notCompared: { ...notCompared },
      pairs,
      fields: [
        ...Array.from(fields, ({ record, outer }) => record.read(total(outer), pairs > 0)),
        ...Array.from(apart, ([name, record]) => record.read(all(), pairs > 0 && name === OTHERS)),
        // One that has just found room has nothing to tell yet.
      ].filter(({ kinds }) => kinds.length > 0),
      gone: { fields: fields.gone, mismatches: goneMismatches },
      latency: Object.fromEntries(Array.from(latency, ([of, histogram]) => [of, histogram.read()])),
    }),
  }
}
