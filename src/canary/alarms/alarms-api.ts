import type { CloudWatchClient, MetricAlarm } from '@aws-sdk/client-cloudwatch'
import type { CloudWatchClientLike } from '../../parts/telemetry/cloudwatch/api.ts'
import { loadCloudWatch } from '../../parts/telemetry/cloudwatch/load-cloud-watch.ts'
import type { AlarmDefinition } from './alarm-definition.ts'

/** An alarm as it is described. */
export type LiveAlarm = Partial<MetricAlarm> & { readonly AlarmName?: string | undefined }

/** The calls on alarms. */
export interface AlarmsApi {
  /** The alarms of these names, of any kind; `metric` is undefined for one that is of another kind. */
  named(names: readonly string[], signal?: AbortSignal): Promise<Map<string, LiveAlarm | undefined>>
  /** The metric alarms whose names begin so. */
  prefixed(prefix: string, signal?: AbortSignal): Promise<LiveAlarm[]>
  put(definition: AlarmDefinition, signal?: AbortSignal): Promise<void>
  remove(names: readonly string[], signal?: AbortSignal): Promise<void>
}

/** DescribeAlarms and DeleteAlarms take at most 100 names. Source: API_DescribeAlarms. */
const NAMES_A_CALL = 100

/** Loads the SDK, which is an optional peer: `missing-package` when it is not installed. */
export async function alarmsApi(client: CloudWatchClientLike): Promise<AlarmsApi> {
  const sdk = await loadCloudWatch()
  // The SDK's own type again: a client that is given is checked by the calls that it answers.
  const used = client as unknown as CloudWatchClient
  const options = (abortSignal: AbortSignal | undefined) => (abortSignal ? { abortSignal } : {})
  const pages = async function* (input: object, signal: AbortSignal | undefined) {
    let NextToken: string | undefined
    do {
      const asked = { ...input, MaxRecords: NAMES_A_CALL, ...(NextToken === undefined ? {} : { NextToken }) }
      const answer = await used.send(new sdk.DescribeAlarmsCommand(asked), options(signal))
      yield answer
      NextToken = answer.NextToken
    } while (NextToken !== undefined && NextToken !== '')
  }
  return {
    async named(names, signal) {
      const found = new Map<string, LiveAlarm | undefined>()
      for (let i = 0; i < names.length; i += NAMES_A_CALL) {
        const AlarmNames = names.slice(i, i + NAMES_A_CALL)
        for await (const page of pages({ AlarmNames, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }, signal)) {
          for (const alarm of page.MetricAlarms ?? []) if (alarm.AlarmName) found.set(alarm.AlarmName, alarm)
          for (const alarm of page.CompositeAlarms ?? []) if (alarm.AlarmName) found.set(alarm.AlarmName, undefined)
        }
      }
      return found
    },
    async prefixed(AlarmNamePrefix, signal) {
      const found: LiveAlarm[] = []
      for await (const page of pages({ AlarmNamePrefix, AlarmTypes: ['MetricAlarm'] }, signal))
        found.push(...(page.MetricAlarms ?? []))
      return found
    },
    async put(definition, signal) {
      await used.send(new sdk.PutMetricAlarmCommand(structuredClone(definition) as never), options(signal))
    },
    async remove(names, signal) {
      for (let i = 0; i < names.length; i += NAMES_A_CALL) {
        const AlarmNames = names.slice(i, i + NAMES_A_CALL)
        await used.send(new sdk.DeleteAlarmsCommand({ AlarmNames }), options(signal))
      }
    },
  }
}
