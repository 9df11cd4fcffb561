import { describe, invalid, numberOption, textOption } from '../../core/options.ts'
import { onlyFields } from './only-fields.ts'

/** The rung that is not a cohort but everybody. Always the last one of a ladder that has it. */
export const EVERYBODY = 'all'

/**
 * How far a flag is opened, group by group: each rung is a cohort of the audience, or `all`. Rungs below the one it
 * stands on are open whole, the one it stands on is open to `share` of its members, and those above are closed.
 */
export interface Ladder {
  /** From the smallest risk to the largest: `['own', 'internal', 'all']`. A rung may have a ramp of its own. */
  readonly rungs: readonly (string | Rung)[]
  /** Where it stands; none: nobody has the flag by this ladder yet. */
  readonly at?: LadderPosition
  /** Who moved it last, why and when. Written by `createLadder`. */
  readonly moved?: { readonly by: string; readonly reason: string; readonly at: number }
}

export interface Rung {
  readonly name: string
  /** The shares by which it is opened, rising, the last one 1. Default `[1]`: at once. */
  readonly ramp?: readonly number[]
}

export interface LadderPosition {
  readonly rung: string
  /** Of the rung's members, 0–1. */
  readonly share: number
}

/** A ladder whose every field has been looked at. */
export interface CheckedLadder {
  readonly rungs: readonly Required<Rung>[]
  readonly at: LadderPosition | undefined
}

/** Reads a ladder. `cohorts` are the names that its audience has. Throws `invalid-option` that names the field. */
export function checkLadder(at: string, ladder: Ladder, cohorts: readonly string[]): CheckedLadder {
  if (typeof ladder !== 'object' || ladder === null || Array.isArray(ladder)) throw invalid(at, '{ rungs, at }', ladder)
  onlyFields(at, ladder, ['rungs', 'at', 'moved'])
  if (!Array.isArray(ladder.rungs) || ladder.rungs.length === 0)
    throw invalid(`${at}.rungs`, 'a list of at least one rung', ladder.rungs)
  const rungs = (ladder.rungs as readonly unknown[]).map((rung, i) => checkRung(`${at}.rungs[${i}]`, rung))
  rungs.forEach(({ name }, i) => {
    const where = `${at}.rungs[${i}].name`
    if (rungs.findIndex(r => r.name === name) !== i) throw invalid(where, 'a rung that is not there yet', name)
    if (name === EVERYBODY && i < rungs.length - 1) throw invalid(where, `${EVERYBODY} as the last rung`, name)
    if (name !== EVERYBODY && !cohorts.includes(name))
      throw invalid(where, `${EVERYBODY} or one of the cohorts (${cohorts.join(', ') || 'there are none'})`, name)
  })
  if (ladder.at === undefined || ladder.at === null) return { rungs, at: undefined }
  onlyFields(`${at}.at`, ladder.at, ['rung', 'share'])
  const rung = textOption(`${at}.at.rung`, ladder.at.rung)
  if (!rungs.some(r => r.name === rung))
    throw invalid(`${at}.at.rung`, `one of its rungs (${rungs.map(r => r.name).join(', ')})`, rung)
  return { rungs, at: { rung, share: numberOption(`${at}.at.share`, ladder.at.share, 0, 1) } }
}

function checkRung(at: string, rung: unknown): Required<Rung> {
  const { name, ramp = [1] } = (typeof rung === 'string' ? { name: rung } : (rung ?? {})) as Rung
  if (typeof rung === 'object' && rung !== null) onlyFields(at, rung, ['name', 'ramp'])
  textOption(`${at}.name`, name)
  if (!Array.isArray(ramp) || ramp.length === 0) throw invalid(`${at}.ramp`, 'a list of shares', ramp)
  ramp.forEach((share, i) => {
    const before = i === 0 ? 0 : ramp[i - 1]
    numberOption(`${at}.ramp[${i}]`, share, 0, 1)
    if (share <= before) throw invalid(`${at}.ramp[${i}]`, `a share above ${describe(before)}`, share)
  })
  if (ramp.at(-1) !== 1) throw invalid(`${at}.ramp`, 'a last share of 1', ramp)
  return { name, ramp: [...ramp] }
}

/** Which share of a rung's members is in: 1 below where the ladder stands, 0 above. */
export function openShare({ rungs, at }: CheckedLadder, name: string): number {
  if (at === undefined) return 0
  const here = rungs.findIndex(r => r.name === at.rung)
  const asked = rungs.findIndex(r => r.name === name)
  return asked < here ? 1 : asked === here ? at.share : 0
}

/** The next step up: along the rung's ramp, then to the next rung. Undefined at the top. */
export function stepUp({ rungs, at }: CheckedLadder): LadderPosition | undefined {
  const here = at === undefined ? -1 : rungs.findIndex(r => r.name === at.rung)
  const within = here < 0 ? undefined : rungs[here]!.ramp.find(share => share > at!.share)
  if (within !== undefined) return { rung: rungs[here]!.name, share: within }
  const next = rungs[here + 1]
  return next && { rung: next.name, share: next.ramp[0]! }
}

/** The next step down: `position` is undefined when that leaves nobody. Undefined itself when nobody is in already. */
export function stepDown({ rungs, at }: CheckedLadder): { readonly position: LadderPosition | undefined } | undefined {
  if (at === undefined) return undefined
  const here = rungs.findIndex(r => r.name === at.rung)
  const within = rungs[here]!.ramp.findLast(share => share < at.share)
  if (within !== undefined) return { position: { rung: at.rung, share: within } }
  const below = rungs[here - 1]
  return { position: below && { rung: below.name, share: 1 } }
}
