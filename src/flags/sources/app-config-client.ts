import { missingPackage } from '../../core/missing-package.ts'
import { onlyOnce } from '../../parts/aws/index.ts'

/** What is used of a client of `@aws-sdk/client-appconfigdata`. */
export interface AppConfigDataClientLike {
  /** Its commands are the SDK's own, whose types are not ours to know. */
  send(command: never, options?: { abortSignal?: AbortSignal }): Promise<unknown>
  destroy?(): void
}

/** The answer to `StartConfigurationSession`. */
export interface Started {
  readonly InitialConfigurationToken?: string | undefined
}

/** The answer to `GetLatestConfiguration`, as far as it is used. */
export interface LatestConfiguration {
  readonly NextPollConfigurationToken?: string | undefined
  readonly NextPollIntervalInSeconds?: number | undefined
  /** For an empty body the SDK gives null, whatever its types say. */
  readonly Configuration?: Uint8Array | null | undefined
  readonly VersionLabel?: string | null | undefined
}

/** The two calls of the Data API, each made once: no call is ever repeated by the SDK. */
export interface DataApi {
  start(input: object, signal: AbortSignal): Promise<Started>
  get(input: object, signal: AbortSignal): Promise<LatestConfiguration>
  /** Lets go of the client, if it is not the user's. */
  close(): void
}

interface Options {
  readonly client?: AppConfigDataClientLike | undefined
  readonly region?: string | undefined
  readonly endpoint?: string | undefined
}

const PACKAGE = '@aws-sdk/client-appconfigdata'

/**
 * Loads the SDK, which is an optional peer, and makes a client unless one is given. Rejects with `missing-package` and
 * the line to type when it is not installed.
 */
export async function loadDataApi({ client, region, endpoint }: Options): Promise<DataApi> {
  const sdk = await load()
  const used: AppConfigDataClientLike =
    client ??
    new sdk.AppConfigDataClient({
      maxAttempts: 1,
      ...(region === undefined ? {} : { region }),
      ...(endpoint === undefined ? {} : { endpoint }),
    })
  const send = (command: object, abortSignal: AbortSignal) => used.send(onlyOnce(command) as never, { abortSignal })
  return {
    start: async (input, signal) =>
      (await send(new sdk.StartConfigurationSessionCommand(input as never), signal)) as Started,
    get: async (input, signal) =>
      (await send(new sdk.GetLatestConfigurationCommand(input as never), signal)) as LatestConfiguration,
    close() {
      if (client === undefined) used.destroy?.()
    },
  }
}

async function load() {
  try {
    return await import('@aws-sdk/client-appconfigdata')
  } catch (cause) {
    throw missingPackage(PACKAGE, cause)
  }
}
