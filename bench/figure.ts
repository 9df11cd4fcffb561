import { readFileSync } from 'node:fs'

/** One measured figure. `beside` says what it was measured against in the same run. */
export interface Figure {
  readonly subject: string
  readonly figure: string
  readonly value: number
  readonly unit: string
  readonly goal?: { readonly op: '<=' | '>='; readonly value: number }
  readonly met?: boolean
  readonly beside?: string
}

type Goals = Record<string, Record<string, { op: '<=' | '>='; value: number; unit: string }>>
const goals = JSON.parse(readFileSync(new URL('./goals.json', import.meta.url), 'utf8')) as Goals

/** A figure held against its goal in goals.json; a figure without one there is only told. */
export function figure(subject: string, name: string, value: number, unit: string, beside?: string): Figure {
  const goal = goals[subject]?.[name]
  if (goal && goal.unit !== unit) throw new Error(`${name}: the goal is in ${goal.unit}, the figure in ${unit}`)
  const rounded = Number(value.toPrecision(4))
  return {
    subject,
    figure: name,
    value: rounded,
    unit,
    ...(goal
      ? { goal: { op: goal.op, value: goal.value }, met: goal.op === '<=' ? value <= goal.value : value >= goal.value }
      : {}),
    ...(beside ? { beside } : {}),
  }
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
