import { shrink } from './shrink.ts'
import { type SimulateOptions, type SimulationResult, simulate } from './simulate.ts'
import type { Fault } from './world.ts'

export interface RunSeedsOptions {
  readonly seeds: number
  /** The first one. */
  readonly from: number
  readonly steps: number
  readonly without?: readonly Fault[]
  readonly clients?: number
  /** Whether a failure is made smaller. */
  readonly shrink?: boolean
}

export interface Summary {
  readonly totals: Readonly<Record<string, number>>
  readonly failure: SimulationResult | undefined
  /** For people: what was seen, or how to see the failure again. */
  readonly text: string
}

/** One seed after the other, until one fails. */
export async function runSeeds(options: RunSeedsOptions): Promise<Summary> {
  const { seeds, from, steps, without = [], clients } = options
  const totals: Record<string, number> = { seeds: 0, steps: 0 }
  const add = (name: string, value: number) => {
    totals[name] = (totals[name] ?? 0) + value
  }
  for (let seed = from; seed < from + seeds; seed++) {
    const run: SimulateOptions = { seed, steps, without, ...(clients !== undefined && { clients }) }
    const result = await simulate(run)
    add('seeds', 1)
    add('steps', result.steps)
    for (const [name, value] of Object.entries(result.counts)) add(name, value)
    for (const [code, value] of result.refusals) add(code, value)
    if (result.failure === undefined) continue
    const smallest = options.shrink === false ? run : await shrink(run, result)
    return { totals, failure: result, text: `${wordsOf(result.failure)}\n\nagain: ${lineOf(smallest)}` }
  }
  const text = Object.entries(totals).map(([name, value]) => `${name} ${value}`)
  return { totals, failure: undefined, text: text.join(', ') }
}

/** What to type to see it again. */
export function lineOf({ seed, steps, without = [], clients }: SimulateOptions): string {
  const words = ['node test/reservation/simulation/main.ts', `--seed ${seed}`, `--steps ${steps}`]
  if (without.length > 0) words.push(`--without ${without.join(',')}`)
  if (clients !== undefined) words.push(`--clients ${clients}`)
  return words.join(' ')
}

const wordsOf = (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error))
