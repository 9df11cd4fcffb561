import type { CompiledAudience } from '../audiences/compile-audience.ts'
import type { CompiledFlag } from '../documents/compiled-flag.ts'
import type { FlagContext } from '../rules/compile-rule.ts'
import { type Outcome, outcome } from './outcome.ts'

/** What a flag comes to for a context. Allocates nothing: each outcome is made beforehand. May throw what the context throws. */
export type Evaluator = (context: FlagContext) => Outcome

const SPLIT_ALONE = /^\s*\(\s*split\b[^()]*\)\s*$/

/**
 * Makes one function of a flag and its audience. Order: kill switch → deny → allow → cohorts → the document's variant
 * rules → percentage → default.
 */
export function evaluatorOf(flag: CompiledFlag, audience: CompiledAudience | undefined): Evaluator {
  const byRules = ruleEvaluator(flag, audience)
  if (!audience) return byRules
  const { attributes } = flag
  if (audience.kill) {
    const killed = outcome('kill-switch', false, attributes)
    return () => killed
  }
  const { deny, allow } = audience
  const denied = outcome('deny-list', false, attributes, { list: audience.denyName })
  const allowed = outcome('allow-list', true, attributes, { list: audience.allowName })
  const cohorts = audience.cohorts.map(({ name, has }) => ({
    has,
    outcome: outcome('cohort', true, attributes, { list: name }),
  }))
  return context => {
    if (deny?.(context)) return denied
    if (allow?.(context)) return allowed
    for (const cohort of cohorts) if (cohort.has(context)) return cohort.outcome
    return byRules(context)
  }
}

function ruleEvaluator(flag: CompiledFlag, audience: CompiledAudience | undefined): Evaluator {
  const { attributes, defaultVariant: variant } = flag
  const otherwise = outcome(flag.variants.length > 0 ? 'default' : 'static', flag.enabled, attributes, { variant })
  const share = audience?.percentage
  const lucky = outcome('split', true, attributes, { variant })
  const last: Evaluator = share ? context => (share(context) ? lucky : otherwise) : () => otherwise
  const variants = flag.variants.map(v => ({
    matches: v.matches,
    outcome: outcome(SPLIT_ALONE.test(v.rule) ? 'split' : 'rule', v.enabled, v.attributes, {
      variant: v.name,
      rule: v.rule,
    }),
  }))
  if (variants.length === 0) return last
  if (variants.length === 1) {
    const [only] = variants
    const { matches, outcome: matched } = only!
    return context => (matches(context) ? matched : last(context))
  }
  return context => {
    for (const v of variants) if (v.matches(context)) return v.outcome
    return last(context)
  }
}
