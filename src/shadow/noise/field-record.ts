import type { AnswerDifference } from '../compare/comparison.ts'
import { keptText } from './kept-text.ts'
import type { Against, Counts, FieldData, KindData, MismatchExample } from './table-data.ts'

/** One number for each, to count with. */
export interface Counters {
  secondary: number
  candidate: number
}

export const counters = (): Counters => ({ secondary: 0, candidate: 0 })

/** The mismatches of one field. */
export interface FieldRecord {
  /** Counts a mismatch, once for each comparison. */
  mark(against: Against, what: Marked): void
  /** Both comparisons of a request are in: counts in what they differ. */
  settle(stamp: number): void
  readonly mismatches: Counts
  /** `n`: the comparisons of its endpoint in which this field could have been seen to differ. */
  read(n: Counts, paired: boolean): FieldData
}

/** When a comparison was made, and for what request. */
export interface Circumstances {
  /** Epoch milliseconds. */
  readonly at: number
  /** A small picture of the request, redacted; a function is called only when the picture is kept as an example. */
  readonly request?: string | (() => string) | undefined
}

/** What there is to tell about a mismatch. */
export interface Marked extends Circumstances {
  /** Tells one request from the next. */
  readonly stamp: number
  readonly difference: AnswerDifference
  readonly why?: string | undefined
}

interface Kind {
  readonly kind: AnswerDifference['kind']
  readonly order: number
  readonly hits: Counters
  /** The stamp of the last comparison that was counted. */
  readonly last: Counters
  readonly only: Counters
  settled: number
}

const LONGEST_PATH = 300
const LONGEST_VALUE = 200
const LONGEST_REQUEST = 1000

/**
 * `since`: the comparisons that were over before it was made. Each kind of difference is counted by itself: a time of
 * day that always differs must not hide that it went missing.
 */
export function createFieldRecord(options: {
  readonly field: string
  readonly late: boolean
  readonly since: Counts
  readonly examples: number
  readonly nextOrder: () => number
}): FieldRecord {
  const { field, late, examples } = options
  const since = { ...options.since }
  const hits = counters()
  const last = counters()
  const kinds: Kind[] = []
  const kept: Record<Against, MismatchExample[]> = { secondary: [], candidate: [] }
  let firstSeen = Number.POSITIVE_INFINITY
  let lastSeen = Number.NEGATIVE_INFINITY

  const kindOf = (kind: AnswerDifference['kind']): Kind => {
    const known = kinds.find(k => k.kind === kind)
    if (known) return known
    const made = { kind, order: options.nextOrder(), hits: counters(), last: counters(), only: counters(), settled: 0 }
    kinds.push(made)
    return made
  }
  const keep = (against: Against, { difference, at, why, request }: Marked) => {
    const list = kept[against]
    if (examples === 0) return
    if (list.length === examples) {
      // The first stays, and the newest of the rest; a picture a second is enough where every request has one.
      if (examples === 1 || Math.abs(at - list[examples - 1]!.at) < 1000) return
      list.splice(1, 1)
    }
    const pictured = pictureOf(request)
    list.push({
      against,
      at,
      difference: shortened(field, difference),
      ...(pictured !== undefined && { request: pictured }),
      ...(why !== undefined && { why: keptText(why, LONGEST_VALUE) }),
    })
  }
  return {
    mismatches: hits,
    mark(against, what) {
      const { stamp } = what
      const kind = kindOf(what.difference.kind)
      if (kind.last[against] !== stamp) {
        kind.last[against] = stamp
        kind.hits[against]++
      }
      if (last[against] === stamp) return
      last[against] = stamp
      hits[against]++
      firstSeen = Math.min(firstSeen, what.at)
      lastSeen = Math.max(lastSeen, what.at)
      keep(against, what)
    },
    settle(stamp) {
      for (const kind of kinds) {
        if (kind.settled === stamp) continue
        kind.settled = stamp
        const noise = kind.last.secondary === stamp
        const candidate = kind.last.candidate === stamp
        if (noise !== candidate) kind.only[noise ? 'secondary' : 'candidate']++
      }
    },
    read: (n, paired) => ({
      field,
      n: { secondary: n.secondary - since.secondary, candidate: n.candidate - since.candidate },
      mismatches: { ...hits },
      kinds: kinds.map(
        (k): KindData => ({ kind: k.kind, mismatches: { ...k.hits }, only: { ...k.only }, order: k.order }),
      ),
      paired,
      late,
      firstSeen,
      lastSeen,
      examples: [...kept.secondary, ...kept.candidate],
    }),
  }
}

/** A caller's function that fails costs the picture, not the count. */
function pictureOf(request: Circumstances['request']): string | undefined {
  try {
    const picture = typeof request === 'function' ? request() : request
    return typeof picture === 'string' ? keptText(picture, LONGEST_REQUEST) : undefined
  } catch {
    return undefined
  }
}

function shortened(field: string, { path, kind, primary, candidate }: AnswerDifference): AnswerDifference {
  return {
    path: keptText(path, LONGEST_PATH),
    field,
    kind,
    ...(primary !== undefined && { primary: keptText(primary, LONGEST_VALUE) }),
    ...(candidate !== undefined && { candidate: keptText(candidate, LONGEST_VALUE) }),
  }
}
