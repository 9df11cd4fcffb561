import { profileOf } from './profile.ts'
import { type SimulateOptions, type SimulationResult, simulate } from './simulate.ts'
import { FAULTS, World } from './world.ts'

/** The smallest run of the same seed that still fails: fewer steps, fewer kinds of faults, fewer clients. */
export async function shrink(options: SimulateOptions, found: SimulationResult): Promise<SimulateOptions> {
  // Nothing after the step at which it was found can matter.
  let smallest: SimulateOptions = { ...options, steps: Math.min(options.steps, found.steps) }
  const fails = async (candidate: SimulateOptions) => {
    const { failure, steps } = await simulate(candidate)
    if (failure === undefined) return false
    smallest = { ...candidate, steps: Math.min(candidate.steps, steps) }
    return true
  }
  for (const fault of FAULTS) {
    const without = smallest.without ?? []
    if (!without.includes(fault)) await fails({ ...smallest, without: [...without, fault] })
  }
  const { clients } = profileOf(new World(options.seed), options.clients)
  for (let fewer = Math.floor(clients / 2); fewer >= 1; fewer = Math.floor(fewer / 2))
    if (!(await fails({ ...smallest, clients: fewer }))) break
  for (let cut = Math.floor(smallest.steps / 2); cut >= 1; )
    if (!(await fails({ ...smallest, steps: smallest.steps - cut }))) cut = Math.floor(cut / 2)
    else cut = Math.min(cut, Math.floor(smallest.steps / 2))
  return smallest
}
