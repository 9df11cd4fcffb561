import { AndonError } from '../../core/errors.ts'
import { messageOf } from '../../core/options.ts'
import type { CloudWatchClientLike } from '../../parts/telemetry/cloudwatch/api.ts'
import { alarmsApi } from './alarms-api.ts'
import { type AlarmPlan, snapshot } from './plan-alarms.ts'

/** What was done, by the names of the alarms. */
export interface AppliedAlarms {
  readonly created: readonly string[]
  readonly changed: readonly string[]
  readonly deleted: readonly string[]
}

/**
 * Does what a plan says. Looks again first: when an alarm is there that was not, or is not what the plan was made upon,
 * it rejects with `conflict` before anything is written; so it does with `foreign` alarms in the plan (`foreign-alarm`).
 * CloudWatch has no conditional write: between that look and the write (milliseconds) somebody may still come.
 *
 * A call that fails rejects with `unapplied`, which says how far it came; plan again and apply what is left.
 */
export async function applyAlarms(
  client: CloudWatchClientLike,
  plan: AlarmPlan,
  options: { readonly signal?: AbortSignal } = {},
): Promise<AppliedAlarms> {
  const { signal } = options
  const foreign = plan.steps.filter(step => step.action === 'foreign')
  if (foreign.length > 0)
    throw new AndonError(
      'foreign-alarm',
      `applyAlarms: ${foreign.map(({ name, why }) => `${name}: ${why}`).join('; ')}; plan with takeOver, or with another namePrefix`,
    )
  const api = await alarmsApi(client)
  const steps = plan.steps.filter(step => step.action !== 'unchanged')
  const now = await api.named(
    steps.map(step => step.name),
    signal,
  )
  for (const { name } of steps) {
    const before = Object.hasOwn(plan.seen, name) ? JSON.stringify(plan.seen[name]) : undefined
    const present = now.has(name) ? JSON.stringify(snapshot(now.get(name))) : undefined
    if (before !== present)
      throw new AndonError('conflict', `applyAlarms: ${name} was changed since the plan was made; plan again`)
  }
  const done = { created: [] as string[], changed: [] as string[], deleted: [] as string[] }
  for (const step of steps) {
    try {
      if (step.action === 'delete') {
        await api.remove([step.name], signal)
        done.deleted.push(step.name)
      } else if (step.action !== 'foreign') {
        await api.put(step.definition, signal)
        done[step.action === 'create' ? 'created' : 'changed'].push(step.name)
      }
    } catch (cause) {
      signal?.throwIfAborted()
      const count = done.created.length + done.changed.length + done.deleted.length
      throw new AndonError(
        'unapplied',
        `applyAlarms: ${step.name} could not be applied after ${count} of ${steps.length}: ${messageOf(cause)}`,
        { cause },
      )
    }
  }
  return done
}
