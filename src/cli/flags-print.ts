import type { ExplainedStep, Explanation, Outcome } from '../flags/index.ts'
import { printable } from './printable.ts'

/** What a flag came to, a field a line; fields that have nothing to say are left out. */
export function outcomeText({ enabled, value, variant, reason, rule, list }: Outcome): string {
  const fields = { enabled, value: JSON.stringify(value), variant, reason, rule, list }
  return Object.entries(fields)
    .filter(([, said]) => said !== undefined)
    .map(([name, said]) => `${name.padEnd(8)} ${printable(String(said))}\n`)
    .join('')
}

/** The same for programs. */
export const outcomeJson = ({ enabled, value, variant, reason, rule, list }: Outcome) => ({
  enabled,
  value,
  variant,
  reason,
  rule,
  list,
})

/** The way to an outcome, a step a line; an arrow marks the step that decided. */
export function explanationText({ steps, outcome }: Explanation): string {
  const names = steps.map(step => printable(nameOf(step)))
  const width = Math.max(...names.map(name => name.length))
  const lines = steps.map((step, i) => `${step.decided ? '->' : '  '} ${names[i]!.padEnd(width)}  ${answerOf(step)}\n`)
  return `${lines.join('')}\n${outcomeText(outcome)}`
}

const STAGES: Readonly<Record<ExplainedStep['stage'], string>> = {
  'kill-switch': 'kill switch',
  deny: 'deny list',
  allow: 'allow list',
  cohort: 'cohort',
  variant: 'variant',
  percentage: 'percentage',
  default: 'default',
}
const ANSWERS = { yes: 'yes', no: 'no', none: 'none', 'not-asked': 'not asked', failed: 'failed' } as const

const nameOf = ({ stage, name }: ExplainedStep) => (name === undefined ? STAGES[stage] : `${STAGES[stage]} ${name}`)

function answerOf({ answer, rule, missing, error }: ExplainedStep): string {
  const absent = missing.length > 0 && answer !== 'none' ? `not in the context: ${missing.join(', ')}` : undefined
  return printable([ANSWERS[answer], rule, absent, error].filter(part => part !== undefined).join('  '))
}
