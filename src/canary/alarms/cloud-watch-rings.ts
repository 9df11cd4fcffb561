import { AndonError } from '../../core/errors.ts'
import { invalid, portOption, textOption } from '../../core/options.ts'
import type { CloudWatchClientLike } from '../../parts/telemetry/cloudwatch/api.ts'
import { functionOption, knownOptions } from '../../parts/telemetry/known-options.ts'
import type { CanaryRecord } from '../canary-run.ts'
import { alarmNameOf } from './alarm-name.ts'
import { alarmsApi } from './alarms-api.ts'

/** Options of `cloudWatchRings`: one of the two names at most. */
export interface CloudWatchRingsOptions {
  /** The alarm over every control. */
  readonly alarmName?: string
  /** The alarm over a control. Default: the one on success that `canaryAlarms` makes with the default `namePrefix`. */
  readonly alarmNameOf?: (control: CanaryRecord) => string
  /** Gives up every call, besides the signal that a call is given. */
  readonly signal?: AbortSignal
}

/**
 * For `controlGate`'s option `rings`: asks CloudWatch (DescribeAlarms, the one permission that it needs) whether the
 * alarm over a control is in ALARM, with its actions enabled. What is not known is no answer: rejects with `no-alarm`
 * when there is no metric alarm of that name or it has no state, with `missing-package`, or with what the SDK rejects
 * with. Throws `invalid-option`.
 */
export function cloudWatchRings(
  client: CloudWatchClientLike,
  options: CloudWatchRingsOptions = {},
): (control: CanaryRecord, context: { readonly signal: AbortSignal }) => Promise<boolean> {
  portOption('cloudWatchRings client', client, ['send'])
  const {
    alarmName,
    alarmNameOf: nameOf,
    signal,
  } = knownOptions<CloudWatchRingsOptions>('cloudWatchRings', options, {
    alarmName: true,
    alarmNameOf: true,
    signal: true,
  })
  functionOption('cloudWatchRings alarmNameOf', nameOf)
  if (alarmName !== undefined) textOption('cloudWatchRings alarmName', alarmName)
  if (alarmName !== undefined && nameOf !== undefined)
    throw invalid('cloudWatchRings', 'alarmName or alarmNameOf, not both', alarmName)
  return async (control, context) => {
    const name = textOption(
      'cloudWatchRings alarmNameOf',
      alarmName ?? (nameOf ? nameOf(control) : alarmNameOf(control, 'success')),
    )
    const signals = [signal, context.signal].filter(s => s !== undefined)
    const api = await alarmsApi(client)
    const alarm = (await api.named([name], AbortSignal.any(signals))).get(name)
    if (alarm?.StateValue === undefined)
      throw new AndonError(
        'no-alarm',
        `cloudWatchRings: expected a metric alarm named ${name}, found none with a state`,
      )
    return alarm.StateValue === 'ALARM' && alarm.ActionsEnabled !== false
  }
}
