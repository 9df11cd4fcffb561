import { ACCOUNTS, FLAG_NAMES, type FlagName, wrong } from './cases.ts'
import { type Loop, loopOf } from './loop.ts'
import type { LoadedPeer } from './peer.ts'

/** How long one slice of a round should take. Long enough for the clock, short enough that both sides share a moment. */
const SLICE_MS = 6
const MOST_CALLS = 400_000
const LEAST_CALLS = 16

/** A peer whose answers were held against the cases and found to be everybody's, ready to be timed. */
export interface Runner {
  /** Whether its answers are promises, so that what is timed is awaiting them as well. */
  readonly awaits: boolean
  /** Nanoseconds an evaluation, over one slice. */
  time(flag: FlagName): Promise<number>
  /** Runs until the compiler is done, and finds out how many calls make a slice. */
  warmUp(flag: FlagName): Promise<void>
}

/** Throws when the peer's answers are not the ones that everybody gives. */
export async function runnerOf(name: string, peer: LoadedPeer): Promise<Runner> {
  const { evaluate } = peer
  const contexts = ACCOUNTS.map(peer.contextOf)
  let awaits = false
  for (const flag of FLAG_NAMES) {
    const answers: boolean[] = []
    for (const context of contexts) {
      const answer = evaluate(flag, context)
      if (typeof answer !== 'boolean') awaits = true
      answers.push(await answer)
    }
    const problem = wrong(flag, answers)
    if (problem) throw new Error(`${name}, ${flag}: ${problem}`)
  }
  const loop: Loop = loopOf(name, awaits)
  const calls: Partial<Record<FlagName, number>> = {}
  let at = 0
  let sunk = 0
  const run = async (flag: FlagName, count: number) => {
    const from = performance.now()
    const on = loop(evaluate, flag, contexts, at, count)
    sunk += typeof on === 'number' ? on : await on
    const took = performance.now() - from
    // Slow ones get through few accounts in a slice; they should not always be the same.
    at = (at + count) & (contexts.length - 1)
    if (sunk < 0) throw new Error('unreachable')
    return took
  }
  return {
    awaits,
    async time(flag) {
      const count = calls[flag] ?? MOST_CALLS
      return ((await run(flag, count)) * 1e6) / count
    },
    async warmUp(flag) {
      let count = LEAST_CALLS
      while (count < MOST_CALLS && (await run(flag, count)) < SLICE_MS) count *= 2
      for (let i = 0; i < 3; i++) await run(flag, count)
      const each = (await run(flag, count)) / count
      calls[flag] = Math.round(Math.min(MOST_CALLS, Math.max(LEAST_CALLS, SLICE_MS / each)))
    },
  }
}
