import type { DeploymentSummary } from '@aws-sdk/client-appconfig'
import type { Clock } from '../../core/clock.ts'
import { AndonError } from '../../core/errors.ts'
import { describe, numberOption, textOption } from '../../core/options.ts'
import { realClock } from '../../core/real-clock.ts'
import type { AppConfigClientLike } from './control-api.ts'
import { controlPlace } from './control-place.ts'
import { isMoving, type Survey, stateOf, survey, untilOver } from './deployments.ts'
import type { DocumentWriter, WriteOptions, WrittenDocument } from './document-writer.ts'
import { parseObject } from './parse-object.ts'
import { createVersion, newestOf, type Place, refuseToOverwrite, startDeployment, takeAway } from './publish-version.ts'
import { told } from './sdk-errors.ts'

export interface AppConfigWriterOptions {
  /** Names or ids. */
  readonly application: string
  readonly environment: string
  readonly profile: string
  /** The deployment strategy, by name or id. Default `AppConfig.AllAtOnce`. */
  readonly strategy?: string
  /** A client of `@aws-sdk/client-appconfig`. Default: one of our own, for `region` and `endpoint` if those are given. */
  readonly client?: AppConfigClientLike
  readonly region?: string
  readonly endpoint?: string
  /** How often a deployment is looked at that is waited for, in milliseconds. Default 2,000. */
  readonly pollMs?: number
  /** How long one call may take, the SDK's own tries included, in milliseconds. Default 15,000. */
  readonly callTimeoutMs?: number
  readonly clock?: Clock
}

/** How a deployment ended. */
export type DeploymentEnd = 'deployed' | 'rolled-back'

export interface AppConfigWriter extends DocumentWriter {
  /**
   * Waits until the deployment of a version is over. Rejects with `timeout` after `timeoutMs` (default one hour), and with
   * `not-found` when there is no such deployment.
   */
  settled(
    version: string,
    options?: { readonly timeoutMs?: number; readonly signal?: AbortSignal },
  ): Promise<DeploymentEnd>
}

const STOPPED_WITHIN_MS = 60_000

/**
 * Writes a hosted configuration profile through AppConfig's control plane: a new hosted version, then its deployment by
 * the strategy. What is read, and what a write goes on from, is what is *deployed*: a version that was rolled back or
 * never deployed is not brought out by the next change. Two writers cannot overwrite each other (the service refuses a
 * version that does not follow the newest, and a deployment that follows another one than its writer knew is reverted),
 * and a call whose answer was lost is found again by a mark in its description. AppConfig deploys one thing at a time in
 * an environment: `deployment-in-progress` names the one that is in the way, and an urgent write stops it.
 */
export function appConfigWriter(options: AppConfigWriterOptions): AppConfigWriter {
  const { clock = realClock } = options
  const application = textOption('appConfigWriter application', options.application)
  const environment = textOption('appConfigWriter environment', options.environment)
  const profile = textOption('appConfigWriter profile', options.profile)
  const strategy = textOption('appConfigWriter strategy', options.strategy ?? 'AppConfig.AllAtOnce')
  const pollMs = numberOption('appConfigWriter pollMs', options.pollMs ?? 2000, 1)
  const name = `appconfig:${application}/${environment}/${profile}`

  const resolved = controlPlace(options, { application, environment, profile, strategy })

  const read = async (signal: AbortSignal | undefined, settled: boolean): Promise<WrittenDocument | undefined> => {
    const { api, ids } = await resolved(signal)
    const seen = await survey(api, ids, signal)
    const latest = settled ? seen.settled : seen.latest
    if (latest === undefined) return undefined
    const version = Number(latest.ConfigurationVersion)
    if (!Number.isSafeInteger(version))
      throw new AndonError(
        'not-hosted',
        `${name}: expected a hosted profile, whose versions are numbers, got version ${describe(latest.ConfigurationVersion)}`,
      )
    const bytes = await api.version(ids, version, signal)
    const content = parseObject(new TextDecoder().decode(bytes), name)
    const deploying = latest.State === 'COMPLETE' ? {} : { deploying: String(latest.DeploymentNumber) }
    return { content, version: String(version), ...deploying }
  }

  const inTheWay = ({ DeploymentNumber, ConfigurationName, ConfigurationVersion, State }: DeploymentSummary) =>
    new AndonError(
      'deployment-in-progress',
      `${name}: deployment ${DeploymentNumber} (${ConfigurationName} ${ConfigurationVersion}, ${State}) is on its way in this environment; wait for it, or stop it`,
    )
  const clearTheWay = async (place: Place, moving: DeploymentSummary, version: number, { signal }: WriteOptions) => {
    const { api, ids } = place
    const number = moving.DeploymentNumber!
    try {
      await api.stop(ids, number, { signal }).catch(async (error: unknown) => {
        // It may have ended by itself meanwhile, which is as good.
        if (isMoving(await stateOf(api, ids, number, signal))) throw error
      })
      await untilOver(api, ids, number, { clock, pollMs, timeoutMs: STOPPED_WITHIN_MS, signal })
    } catch (error) {
      await takeAway(place, version)
      throw error
    }
  }
  /** What was stopped for a write that failed goes on: nobody is to be worse off for an emergency that came to nothing. */
  const bringBack = async (place: Place, { moving }: Survey, error: unknown): Promise<never> => {
    const { ids } = place
    if (moving?.ConfigurationProfileId === ids.profile && moving.ConfigurationVersion !== undefined) {
      const again = { by: 'andon', reason: 'what was stopped for a change that failed', after: undefined }
      await startDeployment(place, Number(moving.ConfigurationVersion), again, { keep: true }).catch(() => {})
    }
    throw error
  }

  return {
    name,
    read: ({ signal, settled = false } = {}) => told(name, () => read(signal, settled)),
    write: (content, given) =>
      told(name, async () => {
        textOption('write by', given.by)
        textOption('write reason', given.reason)
        const place = { ...(await resolved(given.signal)), name }
        const { api, ids } = place
        // Before what is deployed is looked at: a version that is made later than this is then refused by the service.
        const newest = newestOf(await api.versions(ids, given.signal))
        const seen = await survey(api, ids, given.signal)
        if (seen.moving && given.urgent !== true) throw inTheWay(seen.moving)
        const there = (given.urgent === true ? seen.settled : seen.latest)?.ConfigurationVersion
        if (there !== given.after)
          throw new AndonError(
            'conflict',
            `${name}: expected version ${given.after ?? 'none'}, it is ${there ?? 'none'} now`,
          )
        const version = await createVersion(place, content, newest, given)
        // Only now that there is something to put in its place.
        if (seen.moving) await clearTheWay(place, seen.moving, version, given)
        const deployment = await startDeployment(place, version, given).catch(error => bringBack(place, seen, error))
        await refuseToOverwrite(place, version, deployment, given.after)
        return { content, version: String(version), deploying: String(deployment) }
      }),
    stop: ({ by, reason, signal }) =>
      told(name, async () => {
        // The service keeps no words with a stop; whoever stops gives them all the same.
        textOption('stop by', by)
        textOption('stop reason', reason)
        const { api, ids } = await resolved(signal)
        const { moving } = await survey(api, ids, signal)
        if (moving === undefined || moving.ConfigurationProfileId !== ids.profile) return false
        if (moving.State !== 'ROLLING_BACK') await api.stop(ids, moving.DeploymentNumber!, { signal })
        return true
      }),
    settled: (version, { timeoutMs = 3_600_000, signal } = {}) =>
      told(name, async () => {
        textOption('settled version', version)
        numberOption('settled timeoutMs', timeoutMs, 0)
        const { api, ids } = await resolved(signal)
        for await (const one of api.deployments(ids, signal)) {
          if (one.ConfigurationProfileId !== ids.profile || one.ConfigurationVersion !== version) continue
          const over = await untilOver(api, ids, one.DeploymentNumber!, { clock, pollMs, timeoutMs, signal })
          return over === 'COMPLETE' ? 'deployed' : 'rolled-back'
        }
        throw new AndonError('not-found', `${name}: version ${version} was never deployed`)
      }),
  }
}
