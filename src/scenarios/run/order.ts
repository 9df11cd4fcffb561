import { invalid } from '../../core/options.ts'
import type { Random } from '../../core/random.ts'
import type { Planned } from './run.ts'

/** In which order scenarios run: as they stand, the other way round, shuffled, or as a function says. */
export type RunOrder = 'defined' | 'reverse' | 'random' | ((all: readonly Planned[]) => readonly Planned[])

/** Throws `invalid-option`. */
export function orderOf(order: RunOrder, random: Random): (all: readonly Planned[]) => readonly Planned[] {
  if (typeof order === 'function') return order
  if (order === 'defined') return all => all
  if (order === 'reverse') return all => all.toReversed()
  if (order === 'random') return all => shuffled(all, random)
  throw invalid('order', "'defined', 'reverse', 'random' or a function", order)
}

/** Source: R. Durstenfeld, Algorithm 235, Communications of the ACM 7 (1964). */
function shuffled<T>(all: readonly T[], random: Random): T[] {
  const list = [...all]
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[list[i], list[j]] = [list[j]!, list[i]!]
  }
  return list
}
