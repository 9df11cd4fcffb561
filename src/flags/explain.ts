import { AndonError } from '../core/errors.ts'
import { messageOf } from '../core/options.ts'
import type { Audiences, IdSet } from './audiences/audience.ts'
import { compileAudience } from './audiences/compile-audience.ts'
import { readDocument } from './documents/read-document.ts'
import { evaluatorOf } from './evaluation/evaluator.ts'
import { type ExplainedStep, explainSteps } from './evaluation/explain-steps.ts'
import { type Outcome, outcome } from './evaluation/outcome.ts'
import type { FlagContext } from './rules/compile-rule.ts'

/** Why a flag comes to what it comes to. */
export interface Explanation {
  readonly flag: string
  /** In the order of asking; exactly one of them decided. */
  readonly steps: readonly ExplainedStep[]
  /** What a client without declarations evaluates. */
  readonly outcome: Outcome
}

export interface ExplainOptions {
  readonly document: string | object
  readonly audiences?: Audiences
  /** Lists of ids that audiences name. */
  readonly lists?: Readonly<Record<string, IdSet>>
  /** Default: a context without anything in it. */
  readonly context?: FlagContext
}

/**
 * Explains a flag for one context, step by step. Reads the document anew each time: it is for people who ask why, not
 * for requests. Throws `unknown-flag`, which names those that there are, and `invalid-document` when the flag or its
 * audience cannot be understood.
 */
export function explainFlag(key: string, options: ExplainOptions): Explanation {
  const { document, audiences = {}, lists = {} } = options
  const context = options.context ?? {}
  const { flags, problems } = readDocument(document)
  const bad = problems.filter(problem => problem.flag === key)
  if (bad.length > 0) throw notUnderstood(key, bad.map(problem => problem.message).join('; '))
  const flag = flags.get(key)
  if (!flag) {
    const known = [...flags.keys()].join(', ') || 'there are none'
    throw new AndonError('unknown-flag', `flag: expected one that the document has (${known}), got ${key}`)
  }
  const written = Object.hasOwn(audiences, key) ? audiences[key] : undefined
  const audience = written === undefined ? undefined : compiled(() => compileAudience(key, written, lists), key)
  const steps = explainSteps(flag, audience, written, context)
  let result: Outcome
  try {
    result = evaluatorOf(flag, audience)(context)
  } catch {
    result = outcome('error', false, Object.freeze({}))
  }
  return { flag: key, steps, outcome: result }
}

function compiled<T>(compile: () => T, key: string): T {
  try {
    return compile()
  } catch (error) {
    throw notUnderstood(key, messageOf(error))
  }
}

const notUnderstood = (key: string, why: string) =>
  new AndonError('invalid-document', `flag ${key} cannot be understood: ${why}`)
