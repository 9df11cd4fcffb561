import { AndonError } from '../../core/errors.ts'
import { messageOf } from '../../core/options.ts'
import type { JsonObject } from '../documents/json-object.ts'
import type { ControlApi, HostedVersion } from './control-api.ts'
import type { Ids } from './control-place.ts'
import { survey } from './deployments.ts'
import type { WriteOptions } from './document-writer.ts'

/** Where a version goes, and what messages call it. */
export interface Place {
  readonly api: ControlApi
  readonly ids: Ids
  readonly name: string
}

/** AppConfig's limit of a description. */
const LONGEST_DESCRIPTION = 1024

/**
 * Makes a hosted version that follows `newest`. A mark in its description finds it again when the answer was lost, and
 * finds those that the SDK's own second try made beside it. Rejects with `conflict` when another one follows `newest`.
 */
export async function createVersion(
  { api, ids, name }: Place,
  content: JsonObject,
  newest: number,
  { by, reason, signal }: WriteOptions,
): Promise<number> {
  const { randomUUID } = await import('node:crypto')
  const mark = randomUUID()
  const create = (latest: number) =>
    api.create(
      {
        ApplicationId: ids.application,
        ConfigurationProfileId: ids.profile,
        Content: new TextEncoder().encode(JSON.stringify(content)),
        ContentType: 'application/json',
        Description: headerText(`${mark} ${by}: ${reason}`),
        ...(latest === 0 ? {} : { LatestVersionNumber: latest }),
      },
      signal,
    )
  const refused = async (error: unknown): Promise<number> => {
    const all = await api.versions(ids)
    const [made] = marked(all)
    if (made !== undefined) return made
    if (!isConflict(error)) throw error
    // Nobody was quicker; the newest one was deleted, and still counts as the newest. A writer who comes in between is
    // found when the deployment has started.
    if (newestOf(all) === newest) return create(0)
    throw new AndonError('conflict', `${name}: somebody else wrote a version after ${newest}`, { cause: error })
  }
  const marked = (all: readonly HostedVersion[]) => all.filter(v => v.description.startsWith(mark)).map(v => v.version)
  const version = await create(newest).catch(refused)
  // Without one to follow the service cannot refuse what the SDK's second try made.
  for (const other of marked(await api.versions(ids))) if (other !== version) await api.remove(ids, other)
  return version
}

/** The number of the newest hosted version; 0 when there is none. */
export const newestOf = (versions: readonly HostedVersion[]): number => Math.max(0, ...versions.map(v => v.version))

/** Starts to deploy a version. When that cannot be done the version is taken away again, unless it is to be kept. */
export async function startDeployment(
  place: Place,
  version: number,
  { by, reason, signal, urgent }: WriteOptions,
  { keep = false }: { readonly keep?: boolean } = {},
): Promise<number> {
  const { api, ids, name } = place
  try {
    return await api.start(
      {
        ApplicationId: ids.application,
        EnvironmentId: ids.environment,
        ConfigurationProfileId: ids.profile,
        ConfigurationVersion: String(version),
        DeploymentStrategyId: ids.strategy,
        Description: `${by}: ${reason}`.slice(0, LONGEST_DESCRIPTION),
      },
      signal,
    )
  } catch (error) {
    const { latest, moving } = await survey(api, ids, undefined)
    if (latest?.ConfigurationVersion === String(version)) return latest.DeploymentNumber!
    const left = keep ? '' : await takeAway(place, version)
    if (!isConflict(error)) throw new AndonError('unwritable', `${name}: ${messageOf(error)}${left}`, { cause: error })
    const which = moving ? `deployment ${moving.DeploymentNumber}` : 'another deployment'
    // Who is in a hurry begins again, and stops it.
    const code = urgent === true ? 'conflict' : 'deployment-in-progress'
    throw new AndonError(code, `${name}: ${which} was quicker${left}`, { cause: error })
  }
}

/**
 * Somebody may have deployed between the last look and our start, and no call of the service can refuse that. Then ours
 * is reverted, which brings theirs back, and the write is a `conflict`.
 */
export async function refuseToOverwrite(
  place: Place,
  version: number,
  deployment: number,
  after: string | undefined,
): Promise<void> {
  const { api, ids, name } = place
  for await (const one of api.deployments(ids)) {
    if (one.ConfigurationProfileId !== ids.profile || (one.DeploymentNumber ?? 0) >= deployment) continue
    if (one.State !== 'COMPLETE') continue
    if (one.ConfigurationVersion === after) return
    await api.stop(ids, deployment, { allowRevert: true })
    const left = await takeAway(place, version)
    throw new AndonError(
      'conflict',
      `${name}: version ${one.ConfigurationVersion} was deployed meanwhile, and is there again${left}`,
    )
  }
}

/** Removes a version that nobody is to deploy; answers words for a message when it cannot. */
export async function takeAway({ api, ids }: Place, version: number): Promise<string> {
  try {
    await api.remove(ids, version)
    return ''
  } catch (error) {
    return `; version ${version} stays behind, undeployed (${messageOf(error)})`
  }
}

const isConflict = (error: unknown): boolean => (error as { name?: unknown } | null)?.name === 'ConflictException'

/** A header holds printable ASCII; a description travels in one. */
const headerText = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, LONGEST_DESCRIPTION)
