import { onlyOnce } from '../../aws/index.ts'
import type { Datum } from './datum.ts'
import { loadCloudWatch } from './load-cloud-watch.ts'

/** What is used of a client of `@aws-sdk/client-cloudwatch`. */
export interface CloudWatchClientLike {
  /** Its commands are the SDK's own, whose types are not ours to know. */
  send(command: never, options?: { abortSignal?: AbortSignal }): Promise<unknown>
  destroy?(): void
}

/** Which CloudWatch. */
export interface CloudWatchWhere {
  /** Default: a client of its own, made at the first use, with the SDK's defaults. One that is given stays open. */
  readonly client?: CloudWatchClientLike
  /** For a client of its own. Default: the SDK's. */
  readonly region?: string
  readonly endpoint?: string
}

/** PutMetricData, made once a call: the SDK repeats nothing. */
export interface PutMetricData {
  put(namespace: string, data: Datum[], signal: AbortSignal): Promise<void>
  close(): void
}

/** Loads the SDK at the first call, and makes a client unless one is given. */
export function putMetricData({ client, region, endpoint }: CloudWatchWhere): PutMetricData {
  let own: CloudWatchClientLike | undefined
  return {
    async put(Namespace, MetricData, abortSignal) {
      const sdk = await loadCloudWatch()
      const used =
        client ??
        (own ??= new sdk.CloudWatchClient({
          ...(region === undefined ? {} : { region }),
          ...(endpoint === undefined ? {} : { endpoint }),
        }))
      abortSignal.throwIfAborted()
      const command = onlyOnce(new sdk.PutMetricDataCommand({ Namespace, MetricData }))
      await used.send(command as never, { abortSignal })
    },
    close: () => own?.destroy?.(),
  }
}
