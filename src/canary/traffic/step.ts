import { countEvidence } from '../../parts/stats/index.ts'
import { expectedRequests, type TrafficBaseline } from './baseline.ts'
import { type DropState, freshState, type TrafficState } from './state.ts'

/** What one minute is judged by. */
export interface StepSettings {
  readonly baseline: TrafficBaseline
  /** Shares of the traffic, the drops that are looked for. */
  readonly sizes: readonly number[]
  /** The share by which traffic may be below what is expected for ever without being told. */
  readonly slack: number
  /** Evidence at which a drop is told: a lower bound of the mean number of minutes between false alarms. */
  readonly alarmAt: number
  /** Evidence at which it is over. */
  readonly backAt: number
  /** After this many minutes a drop is the new level. */
  readonly newLevelAfter: number
}

/** Of a level's change, this share is followed each minute of mean traffic: half of it in a day. */
const FOLLOW = Math.LN2 / 1440
// Far from where floating point ends, and far above any evidence that is asked for.
const LEAST = 1e-300
const MOST = 1e12
const finite = (log: number) => Math.max(-700, Math.min(700, log))

/**
 * Takes one minute more. A minute's count is judged given the one before, so that correlated minutes are not taken for
 * several pieces of evidence: m + ρ·(last − its m), spread φ·(1 − ρ²). For each size of drop the evidence is the
 * Shiryaev–Roberts sum over all minutes in which it may have begun, R ← likelihood of a start now + R · likelihood of going on
 * (A. Shiryaev 1963, S. Roberts 1966; as an e-detector J. Shin, A. Ramdas, A. Rinaldo, NEJSDS 2, 2024), and sizes share
 * it evenly. The level follows slowly, a wild minute moves it by three standard deviations at most, and not at all while
 * a drop lasts.
 */
export function step(settings: StepSettings, state: TrafficState, minute: number, count: number): TrafficState {
  const { baseline, sizes, slack, alarmAt } = settings
  const { dispersion, autocorrelation } = baseline
  const mean = expectedRequests(baseline, minute) * Math.exp(state.level)
  const gap = state.minute === null ? 1e9 : minute - state.minute
  const carry = gap > 60 ? 0 : autocorrelation ** gap
  const spread = dispersion * (1 - carry * carry)
  const lastMean = carry === 0 ? mean : expectedRequests(baseline, minute - gap) * Math.exp(state.level)
  // A burst must not make the return to the usual look like a drop.
  const given = (last: number, now: number) => {
    const most = 3 * Math.sqrt(dispersion * last)
    return Math.max(0.02 * now, now + carry * Math.min(most, state.count - last))
  }
  const usual = (1 - slack) * given(lastMean, mean)
  const evidence: number[] = []
  const best: number[] = []
  const starts: number[] = []
  let sum = 0
  for (let i = 0; i < sizes.length; i++) {
    const share = 1 - sizes[i]!
    const first = finite(countEvidence(count, usual, Math.min(usual, share * given(lastMean, mean)), spread))
    const on = finite(
      countEvidence(
        count,
        usual,
        Math.min(usual, Math.max(0.02 * share * mean, share * mean + carry * (state.count - share * lastMean))),
        spread,
      ),
    )
    // On a declared holiday sizes within the slack are not looked for.
    const looked = sizes[i]! > slack
    evidence[i] = looked ? Math.max(LEAST, Math.min(MOST, Math.exp(first) + state.evidence[i]! * Math.exp(on))) : 0
    const going = state.best[i]! + on
    best[i] = Math.max(first, going) + 0
    starts[i] = state.minute === null || first > going ? minute : state.starts[i]!
    sum += evidence[i]! / sizes.length
  }
  const backAgain = (n: number): number => {
    const { back, seen, expected } = state.drop!
    // Against what is missing since: else a holiday of 15 % less would end and begin again all day long.
    const lower = 1 - Math.max(slack + 0.08, Math.min(0.7 * sizes[0]!, 1 - seen / expected))
    const still = Math.max(0.02 * mean, lower * mean + carry * (state.count - lower * lastMean))
    const log = -countEvidence(n, Math.max(usual, still), still, spread)
    return Math.min(MOST, (1 + back) * Math.exp(Math.max(-50, Math.min(50, log))))
  }
  const base = { version: 1 as const, minute, count }
  if (state.drop) {
    const old = state.drop
    const drop: DropState = { ...old, back: backAgain(count), seen: old.seen + count, expected: old.expected + mean }
    const over = minute - old.told >= settings.newLevelAfter
    if (drop.back < settings.backAt && !over) return { ...base, level: state.level, evidence, best, starts, drop }
    const shift = drop.back >= settings.backAt ? 0 : Math.log(Math.max(0.01, drop.seen / drop.expected))
    return { ...freshState(sizes.length), ...base, level: state.level + shift }
  }
  if (sum >= alarmAt) {
    const lead = evidence.indexOf(Math.max(...evidence))
    const drop = { told: minute, since: starts[lead]!, back: 0, seen: count, expected: mean }
    return { ...base, level: state.level, evidence, best, starts, drop }
  }
  const most = Math.max(3 * Math.sqrt(dispersion * mean), 0.1 * mean)
  const off = Math.max(-most, Math.min(most, count - mean))
  const level = Math.max(-3, Math.min(3, state.level + (FOLLOW * off) / Math.max(mean, baseline.mean)))
  return { ...base, level, evidence, best, starts, drop: null }
}
