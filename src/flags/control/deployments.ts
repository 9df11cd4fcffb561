import type { DeploymentSummary } from '@aws-sdk/client-appconfig'
import { sleep } from '../../core/abort.ts'
import type { Clock } from '../../core/clock.ts'
import { AndonError } from '../../core/errors.ts'
import type { ControlApi } from './control-api.ts'
import type { Ids } from './control-place.ts'

const ON_THE_WAY = ['BAKING', 'VALIDATING', 'DEPLOYING', 'ROLLING_BACK']

/** Whether a deployment is not over, so that no other one may start in its environment. */
export const isMoving = (state: string | undefined): boolean => ON_THE_WAY.includes(state ?? '')

/** What the deployments of an environment come to for one profile. */
export interface Survey {
  readonly moving: DeploymentSummary | undefined
  readonly latest: DeploymentSummary | undefined
  readonly settled: DeploymentSummary | undefined
}

/**
 * `latest`: what is deployed in this profile, or being deployed; what was rolled back, or is being, is neither.
 * `settled`: what is deployed, without what is still on its way.
 * `moving`: what is on its way in the environment, whatever profile it is of.
 */
export async function survey(api: ControlApi, ids: Ids, signal: AbortSignal | undefined): Promise<Survey> {
  let moving: DeploymentSummary | undefined
  let latest: DeploymentSummary | undefined
  for await (const deployment of api.deployments(ids, signal)) {
    const { State, ConfigurationProfileId } = deployment
    if (isMoving(State)) moving ??= deployment
    if (ConfigurationProfileId !== ids.profile) continue
    if (State === 'COMPLETE') return { moving, latest: latest ?? deployment, settled: deployment }
    if (isMoving(State) && State !== 'ROLLING_BACK') latest ??= deployment
  }
  return { moving, latest, settled: undefined }
}

/** The state of a deployment by its number. Rejects with `not-found`. */
export async function stateOf(
  api: ControlApi,
  ids: Ids,
  deployment: number,
  signal: AbortSignal | undefined,
): Promise<string> {
  for await (const one of api.deployments(ids, signal))
    if (one.DeploymentNumber === deployment) return one.State ?? 'UNKNOWN'
  throw new AndonError('not-found', `there is no deployment ${deployment}`)
}

/** Waits until a deployment is over, by looking again and again; resolves to its last state, or rejects with `timeout`. */
export async function untilOver(
  api: ControlApi,
  ids: Ids,
  deployment: number,
  options: { clock: Clock; pollMs: number; timeoutMs: number; signal: AbortSignal | undefined },
): Promise<string> {
  const { clock, pollMs, timeoutMs, signal } = options
  const deadline = clock.monotonic() + timeoutMs
  for (;;) {
    signal?.throwIfAborted()
    const state = await stateOf(api, ids, deployment, signal)
    if (!isMoving(state)) return state
    if (clock.monotonic() >= deadline)
      throw new AndonError('timeout', `deployment ${deployment} is ${state} after ${timeoutMs} ms`)
    await sleep(clock, pollMs, signal)
  }
}
