import { messageOf } from '../../core/options.ts'
import type { Audience } from '../audiences/audience.ts'
import type { CompiledAudience } from '../audiences/compile-audience.ts'
import type { CompiledFlag } from '../documents/compiled-flag.ts'
import type { CompiledRule, FlagContext } from '../rules/compile-rule.ts'
import { contextKeys } from '../rules/context-keys.ts'

/** One thing that is asked on the way to an outcome. */
export interface ExplainedStep {
  readonly stage: 'kill-switch' | 'deny' | 'allow' | 'cohort' | 'variant' | 'percentage' | 'default'
  /** The list, cohort or variant. */
  readonly name: string | undefined
  /** The rule's text, where one is asked. */
  readonly rule: string | undefined
  /** `none`: the flag has nothing of this kind. `not-asked`: an earlier step decided. `failed`: asking threw. */
  readonly answer: 'yes' | 'no' | 'none' | 'not-asked' | 'failed'
  readonly decided: boolean
  /** Context keys that this step goes by and that the context does not have. */
  readonly missing: readonly string[]
  /** What asking threw. */
  readonly error: string | undefined
}

/** A step before it has been asked; without `asks` the flag has nothing of this kind. */
interface Question extends Pick<ExplainedStep, 'stage'> {
  readonly name?: string | undefined
  readonly rule?: string | undefined
  readonly keys?: readonly string[]
  readonly asks?: CompiledRule | undefined
}

/**
 * Asks what the evaluator asks, in its order and of the same compiled functions, and notes each answer. `written` is
 * what `audience` was compiled from: it only tells which context keys are meant, and decides nothing.
 */
export function explainSteps(
  flag: CompiledFlag,
  audience: CompiledAudience | undefined,
  written: Audience | undefined,
  context: FlagContext,
): ExplainedStep[] {
  let open = true
  return questionsOf(flag, audience, written).map(({ stage, name, rule, keys = [], asks }) => {
    const asked = open && asks ? answerOf(asks, context) : { answer: asks ? ('not-asked' as const) : ('none' as const) }
    const decided = asked.answer === 'yes' || asked.answer === 'failed'
    if (decided) open = false
    return { stage, name, rule, error: undefined, ...asked, decided, missing: keys.filter(key => lacks(context, key)) }
  })
}

function questionsOf(
  flag: CompiledFlag,
  audience: CompiledAudience | undefined,
  written: Audience | undefined,
): Question[] {
  const keys = written === undefined ? [] : [written.key]
  const cohorts = (audience?.cohorts ?? []).map(({ name, has }, i): Question => {
    const from = written?.cohorts?.[i]
    const rule = from?.name === name ? from.rule : undefined
    // A share, or a ladder that gives one, goes by the audience's key, whatever makes somebody a member.
    const shared = from?.share !== undefined || written?.ladder !== undefined
    const asked = rule === undefined ? keys : [...new Set([...contextKeys(rule), ...(shared ? keys : [])])]
    return { stage: 'cohort', name, rule, keys: asked, asks: has }
  })
  const variants = flag.variants.map(
    ({ name, rule, matches }): Question => ({ stage: 'variant', name, rule, keys: contextKeys(rule), asks: matches }),
  )
  return [
    { stage: 'kill-switch', asks: audience && (() => audience.kill) },
    { stage: 'deny', name: audience?.denyName, keys, asks: audience?.deny },
    { stage: 'allow', name: audience?.allowName, keys, asks: audience?.allow },
    ...orNone('cohort', cohorts),
    ...orNone('variant', variants),
    { stage: 'percentage', keys, asks: audience?.percentage },
    { stage: 'default', name: flag.defaultVariant, asks: () => true },
  ].map(question => (question.asks ? question : { stage: question.stage })) as Question[]
}

const orNone = (stage: Question['stage'], questions: Question[]): Question[] =>
  questions.length > 0 ? questions : [{ stage }]

function answerOf(asks: CompiledRule, context: FlagContext): { answer: 'yes' | 'no' | 'failed'; error?: string } {
  try {
    return { answer: asks(context) ? 'yes' : 'no' }
  } catch (error) {
    return { answer: 'failed', error: messageOf(error) }
  }
}

/** A getter that throws is there. */
function lacks(context: FlagContext, key: string): boolean {
  try {
    return !Object.hasOwn(context, key) || context[key] === undefined
  } catch {
    return false
  }
}
