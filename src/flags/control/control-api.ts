import type {
  AppConfigClient,
  CreateHostedConfigurationVersionCommandInput,
  DeploymentSummary,
  StartDeploymentCommandInput,
} from '@aws-sdk/client-appconfig'
import { deadline } from '../../core/abort.ts'
import type { Clock } from '../../core/clock.ts'
import { AndonError } from '../../core/errors.ts'
import { missingPackage } from '../../core/missing-package.ts'
import { realClock } from '../../core/real-clock.ts'

/** What is used of a client of `@aws-sdk/client-appconfig`. */
export interface AppConfigClientLike {
  /** Its commands are the SDK's own, whose types are not ours to know. */
  send(command: never, options?: { abortSignal?: AbortSignal }): Promise<unknown>
}

export interface ControlApiOptions {
  readonly client?: AppConfigClientLike | undefined
  readonly region?: string | undefined
  readonly endpoint?: string | undefined
  readonly clock?: Clock | undefined
  /** How long one call may take, the SDK's own tries included, in milliseconds. */
  readonly callTimeoutMs?: number | undefined
}

/** A thing of the control plane that has both a name and an id. */
export interface Named {
  readonly Id?: string | undefined
  readonly Name?: string | undefined
}

/** A version in the hosted store. */
export interface HostedVersion {
  readonly version: number
  readonly description: string
}

/** The calls of AppConfig's control plane that writing needs, with all pages of each list in one. */
export interface ControlApi {
  applications(signal?: AbortSignal): Promise<Named[]>
  environments(application: string, signal?: AbortSignal): Promise<Named[]>
  profiles(application: string, signal?: AbortSignal): Promise<Named[]>
  strategies(signal?: AbortSignal): Promise<Named[]>
  /** The newest first, page by page, as long as it is asked for. */
  deployments(at: { application: string; environment: string }, signal?: AbortSignal): AsyncIterable<DeploymentSummary>
  /** One that is over can only be taken back with `allowRevert`. */
  stop(
    at: { application: string; environment: string },
    deployment: number,
    options?: { readonly allowRevert?: boolean; readonly signal?: AbortSignal | undefined },
  ): Promise<void>
  start(input: StartDeploymentCommandInput, signal?: AbortSignal): Promise<number>
  /** The numbers and descriptions of all hosted versions, in no order. */
  versions(at: { application: string; profile: string }, signal?: AbortSignal): Promise<HostedVersion[]>
  version(at: { application: string; profile: string }, version: number, signal?: AbortSignal): Promise<Uint8Array>
  create(input: CreateHostedConfigurationVersionCommandInput, signal?: AbortSignal): Promise<number>
  remove(at: { application: string; profile: string }, version: number, signal?: AbortSignal): Promise<void>
}

const PACKAGE = '@aws-sdk/client-appconfig'
const PAGE = 50
const CALL_TIMEOUT_MS = 15_000

/**
 * Loads the SDK, which is an optional peer, and makes a client unless one is given. Rejects with `missing-package` and
 * the line to type when it is not installed.
 */
export async function loadControlApi(given: ControlApiOptions): Promise<ControlApi> {
  const { client, region, endpoint, clock = realClock, callTimeoutMs = CALL_TIMEOUT_MS } = given
  const sdk = await load()
  // The SDK's own type again: a client that is given is checked by the calls that it answers.
  const sending = (client ??
    new sdk.AppConfigClient({
      ...(region === undefined ? {} : { region }),
      ...(endpoint === undefined ? {} : { endpoint }),
    })) as AppConfigClient
  /** Each call has a deadline of its own: one that hangs must not keep an emergency waiting. */
  const send = (command: Parameters<AppConfigClient['send']>[0], { abortSignal }: { abortSignal?: AbortSignal }) =>
    deadline(
      clock,
      callTimeoutMs,
      `AppConfig ${command.constructor.name}`,
      signal => sending.send(command, { abortSignal: signal }),
      abortSignal,
    )
  // One signature for every command, where the SDK has one for each.
  const used = { send } as unknown as Pick<AppConfigClient, 'send'>
  const options = (abortSignal: AbortSignal | undefined) => (abortSignal ? { abortSignal } : {})

  const all = async <T>(
    page: (next: {
      NextToken?: string
      MaxResults: number
    }) => Promise<{ Items?: T[] | undefined; NextToken?: string | undefined }>,
  ): Promise<T[]> => {
    const items: T[] = []
    let NextToken: string | undefined
    do {
      const answer = await page({ MaxResults: PAGE, ...(NextToken === undefined ? {} : { NextToken }) })
      items.push(...(answer.Items ?? []))
      NextToken = answer.NextToken
    } while (NextToken !== undefined && NextToken !== '')
    return items
  }
  const number = (value: number | undefined, what: string): number => {
    if (Number.isSafeInteger(value)) return value!
    throw new AndonError('malformed', `AppConfig answered without ${what}`)
  }
  return {
    applications: signal => all(page => used.send(new sdk.ListApplicationsCommand(page), options(signal))),
    environments: (ApplicationId, signal) =>
      all(page => used.send(new sdk.ListEnvironmentsCommand({ ApplicationId, ...page }), options(signal))),
    profiles: (ApplicationId, signal) =>
      all(page => used.send(new sdk.ListConfigurationProfilesCommand({ ApplicationId, ...page }), options(signal))),
    strategies: signal => all(page => used.send(new sdk.ListDeploymentStrategiesCommand(page), options(signal))),
    async *deployments({ application, environment }, signal) {
      let NextToken: string | undefined
      do {
        const answer = await used.send(
          new sdk.ListDeploymentsCommand({
            ApplicationId: application,
            EnvironmentId: environment,
            MaxResults: PAGE,
            ...(NextToken === undefined ? {} : { NextToken }),
          }),
          options(signal),
        )
        yield* answer.Items ?? []
        NextToken = answer.NextToken
      } while (NextToken !== undefined && NextToken !== '')
    },
    async stop({ application, environment }, DeploymentNumber, { allowRevert = false, signal } = {}) {
      const where = { ApplicationId: application, EnvironmentId: environment, DeploymentNumber }
      const input = { ...where, ...(allowRevert ? { AllowRevert: true } : {}) }
      await used.send(new sdk.StopDeploymentCommand(input), options(signal))
    },
    async start(input, signal) {
      const { DeploymentNumber } = await used.send(new sdk.StartDeploymentCommand(input), options(signal))
      return number(DeploymentNumber, "the deployment's number")
    },
    async versions({ application, profile }, signal) {
      const given = { ApplicationId: application, ConfigurationProfileId: profile }
      const items = await all(page =>
        used.send(new sdk.ListHostedConfigurationVersionsCommand({ ...given, ...page }), options(signal)),
      )
      return items.map(item => ({
        version: number(item.VersionNumber, "a version's number"),
        description: item.Description ?? '',
      }))
    },
    async version({ application, profile }, VersionNumber, signal) {
      const { Content } = await used.send(
        new sdk.GetHostedConfigurationVersionCommand({
          ApplicationId: application,
          ConfigurationProfileId: profile,
          VersionNumber,
        }),
        options(signal),
      )
      return Content ?? new Uint8Array()
    },
    async create(input, signal) {
      const { VersionNumber } = await used.send(new sdk.CreateHostedConfigurationVersionCommand(input), options(signal))
      return number(VersionNumber, "the version's number")
    },
    async remove({ application, profile }, VersionNumber, signal) {
      await used.send(
        new sdk.DeleteHostedConfigurationVersionCommand({
          ApplicationId: application,
          ConfigurationProfileId: profile,
          VersionNumber,
        }),
        options(signal),
      )
    },
  }
}

async function load() {
  try {
    return await import('@aws-sdk/client-appconfig')
  } catch (cause) {
    throw missingPackage(PACKAGE, cause)
  }
}
