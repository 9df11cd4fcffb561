import type { Decision, Reason, Subject, Verdict } from '../../core/verdict.ts'

/** What the canaries and the customers' traffic of one place say. */
export interface Correlated {
  readonly canary: Verdict
  readonly traffic: Verdict
  /** Default `silent-failure`. */
  readonly source?: string
  /** Default: the canary's. */
  readonly subject?: Subject
  /** The moment of the verdict, in epoch milliseconds; a side that expired before it is `wait`. Default: the later side's. */
  readonly at?: number
}

/** Reasons of a canary's `wait` that mean that nobody looks any more. */
const DEAD = ['dead-canary', 'no-canary', 'stale', 'no-heartbeat', 'heartbeat']

type Words = readonly [Decision, code: string, message: string]

/** Canary's decision first, then traffic's. Either side's harm is harm, whatever the other one cannot see. */
const WORDS: Record<`${Decision} ${Decision}`, Words> = {
  'stop stop': ['stop', 'outage', 'the canary fails and customer traffic drops: an outage'],
  'go stop': [
    'stop',
    'uncovered-drop',
    'customer traffic drops and the canary is green: it fails on a path that no canary takes',
  ],
  'wait stop': ['stop', 'traffic-drop', 'customer traffic drops, and no canary can say where'],
  'stop go': ['stop', 'canary-failing', 'the canary fails while customer traffic is steady'],
  'stop wait': ['stop', 'canary-failing', 'the canary fails; nothing is known about customer traffic'],
  'go go': ['go', 'healthy', 'the canary is green and customer traffic is steady'],
  'go wait': ['wait', 'no-traffic-data', 'the canary is green, and nothing is known about customer traffic'],
  'wait go': ['wait', 'canary-unknown', 'customer traffic is steady, and the canary cannot tell'],
  'wait wait': ['wait', 'no-evidence', 'neither the canary nor customer traffic can tell'],
}

/**
 * One verdict out of two kinds of evidence: fails the canary, drops the traffic, or both (`outage`)? A dead canary is
 * `wait` with code `dead-canary` unless traffic drops. The reasons of both sides stand behind the first, which says what
 * they mean together; the verdict expires with the first of them.
 */
export function correlate({ canary, traffic, source = 'silent-failure', subject, at }: Correlated): Verdict {
  const now = at ?? Math.max(canary.at, traffic.at)
  const decided = ({ decision, validUntil }: Verdict): Decision =>
    validUntil !== undefined && validUntil < now ? 'wait' : decision
  const [c, t] = [decided(canary), decided(traffic)]
  const dead = c === 'wait' && canary.decision === 'wait' && canary.reasons.some(r => DEAD.includes(r.code))
  const [decision, code, message]: Words =
    dead && t !== 'stop' ? ['wait', 'dead-canary', 'the canary is dead: nobody looks'] : WORDS[`${c} ${t}`]
  const first: Reason = { code, message }
  const until = Math.min(canary.validUntil ?? Number.POSITIVE_INFINITY, traffic.validUntil ?? Number.POSITIVE_INFINITY)
  return {
    decision,
    reasons: [first, ...canary.reasons, ...traffic.reasons],
    subject: subject ?? canary.subject,
    source,
    at: now,
    ...(until >= now && until < Number.POSITIVE_INFINITY ? { validUntil: until } : {}),
    evidence: { canary: evidenceOf(c, canary), traffic: evidenceOf(t, traffic) },
  }
}

const evidenceOf = (decision: Decision, { evidence }: Verdict) => ({
  decision,
  ...(evidence === undefined ? {} : { evidence }),
})
