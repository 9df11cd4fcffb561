import { bucketLimit, bucketOf, seedState } from '../../core/bucket.ts'
import { describe, invalid, numberOption, textOption } from '../../core/options.ts'
import { type CompiledRule, compileRule, type FlagContext } from '../rules/compile-rule.ts'
import type { Audience, Cohort, IdSet, ListReference } from './audience.ts'
import { type CheckedLadder, checkLadder, EVERYBODY, openShare } from './ladder.ts'
import { onlyFields } from './only-fields.ts'

/** An audience ready to be asked. */
export interface CompiledAudience {
  readonly kill: boolean
  readonly deny: CompiledRule | undefined
  readonly denyName: string | undefined
  readonly allow: CompiledRule | undefined
  readonly allowName: string | undefined
  readonly cohorts: readonly { readonly name: string; readonly has: CompiledRule }[]
  readonly percentage: CompiledRule | undefined
}

/**
 * Makes functions of an audience. `lists` are those that it may name. Throws `invalid-option` that names flag and field;
 * a list that is named and not there is an error as well: a deny list that is missing must not let anybody in.
 */
export function compileAudience(
  flag: string,
  audience: Audience,
  lists: Readonly<Record<string, IdSet>>,
): CompiledAudience {
  const at = `audiences[${describe(flag)}]`
  if (typeof audience !== 'object' || audience === null || Array.isArray(audience))
    throw invalid(at, 'an object', audience)
  onlyFields(at, audience, ['key', 'kill', 'deny', 'allow', 'cohorts', 'percentage', 'ladder'])
  const key = textOption(`${at}.key`, audience.key)
  if (audience.kill !== undefined && typeof audience.kill !== 'boolean')
    throw invalid(`${at}.kill`, 'true or false', audience.kill)
  const { deny, allow, cohorts = [] } = audience
  if (!Array.isArray(cohorts)) throw invalid(`${at}.cohorts`, 'a list', cohorts)
  const ladder =
    audience.ladder === undefined ? undefined : checkLadder(`${at}.ladder`, audience.ladder, cohortNames(at, cohorts))
  const percentage = percentageOf(at, audience, ladder)
  return {
    kill: audience.kill === true,
    deny: deny === undefined ? undefined : denial(key, listOf(`${at}.deny`, deny, lists)),
    denyName: nameOf(deny, 'deny'),
    allow: allow === undefined ? undefined : membership(key, listOf(`${at}.allow`, allow, lists)),
    allowName: nameOf(allow, 'allow'),
    cohorts: cohorts.map((c: Cohort, i) =>
      cohort(`${at}.cohorts[${i}]`, flag, key, c, shareOfCohort(`${at}.cohorts[${i}]`, c, ladder), lists),
    ),
    // Everybody is everybody, those without an id as well.
    percentage:
      percentage === undefined || percentage === 1
        ? percentage && everybody
        : shareOf(`${at}.percentage`, key, percentage, `${flag}:percentage`),
  }
}

const everybody: CompiledRule = () => true

export function cohortNames(at: string, cohorts: readonly unknown[]): string[] {
  const names = cohorts.map((c, i) => textOption(`${at}.cohorts[${i}].name`, (c as Cohort | null)?.name))
  const twice = names.findIndex((name, i) => names.indexOf(name) !== i)
  if (twice >= 0) throw invalid(`${at}.cohorts[${twice}].name`, 'a name that no other cohort has', names[twice])
  return names
}

function percentageOf(at: string, { percentage }: Audience, ladder: CheckedLadder | undefined): number | undefined {
  if (!ladder?.rungs.some(r => r.name === EVERYBODY)) return percentage
  if (percentage !== undefined) throw invalid(`${at}.percentage`, 'none beside a ladder that ends with all', percentage)
  const share = openShare(ladder, EVERYBODY)
  return share === 0 ? undefined : share
}

/** What the ladder says of a cohort that it names; else the cohort's own share. */
function shareOfCohort(at: string, cohort: Cohort, ladder: CheckedLadder | undefined): number | undefined {
  if (!ladder?.rungs.some(r => r.name === cohort.name)) return cohort?.share
  if (cohort.share !== undefined) throw invalid(`${at}.share`, 'none in a cohort that a ladder opens', cohort.share)
  return openShare(ladder, cohort.name)
}

const nameOf = (reference: ListReference | undefined, otherwise: string): string | undefined =>
  reference === undefined ? undefined : 'list' in reference ? reference.list : otherwise

function listOf(at: string, reference: ListReference, lists: Readonly<Record<string, IdSet>>): IdSet {
  if (Array.isArray(reference)) {
    const bad = reference.find(id => typeof id !== 'string')
    if (bad !== undefined) throw invalid(at, 'ids as texts', bad)
    return new Set(reference)
  }
  const name = textOption(`${at}.list`, (reference as { list?: string } | null)?.list)
  onlyFields(at, reference, ['list'])
  const list = Object.hasOwn(lists, name) ? lists[name] : undefined
  if (typeof list?.has !== 'function')
    throw invalid(`${at}.list`, `one of the client's lists (${Object.keys(lists).join(', ') || 'it has none'})`, name)
  return list
}

/**
 * Who is kept out. A list that has not been loaded keeps everybody out, and so does an id that is no text or number: what
 * cannot be looked up may well be on it.
 */
function denial(key: string, ids: IdSet): CompiledRule {
  return context => {
    const given = Object.hasOwn(context, key) ? context[key] : undefined
    if (given === undefined || given === null) return false
    const id = idOf(context, key)
    return id === undefined || ids.loaded === false || ids.has(id)
  }
}

function membership(key: string, ids: IdSet): CompiledRule {
  return context => {
    const id = idOf(context, key)
    return id !== undefined && ids.has(id)
  }
}

function idOf(context: FlagContext, key: string): string | undefined {
  const id = Object.hasOwn(context, key) ? context[key] : undefined
  return typeof id === 'string' ? id : typeof id === 'number' || typeof id === 'bigint' ? String(id) : undefined
}

function cohort(
  at: string,
  flag: string,
  key: string,
  given: Cohort,
  share: number | undefined,
  lists: Readonly<Record<string, IdSet>>,
): { name: string; has: CompiledRule } {
  if (typeof given !== 'object' || given === null) throw invalid(at, '{ name, list | rule, share }', given)
  onlyFields(at, given, ['name', 'list', 'rule', 'share'])
  const name = textOption(`${at}.name`, given.name)
  if ((given.list === undefined) === (given.rule === undefined)) throw invalid(at, 'either a list or a rule', given)
  const member =
    given.list === undefined ? compileRule(given.rule!) : membership(key, listOf(`${at}.list`, given.list, lists))
  if (share === undefined || share === 1) return { name, has: member }
  const lucky = shareOf(`${at}.share`, key, share, `${flag}:${name}`)
  return { name, has: context => member(context) && lucky(context) }
}

/** The same share of ids for the same seed, and a larger share holds all of a smaller one's. */
function shareOf(at: string, key: string, share: number, seed: string): CompiledRule {
  const limit = bucketLimit(numberOption(at, share, 0, 1) * 100)
  const state = seedState(seed)
  return context => {
    const id = idOf(context, key)
    return id !== undefined && bucketOf(state, id) < limit
  }
}
