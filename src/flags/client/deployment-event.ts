import { sleep } from '../../core/abort.ts'
import type { Clock } from '../../core/clock.ts'
import { numberOption, portOption } from '../../core/options.ts'
import { realClock } from '../../core/real-clock.ts'
import { singleFlight } from '../../core/single-flight.ts'
import type { FlagClient } from './flag-client.ts'

/** Which deployments matter; names or ids. Whatever is not given matters. */
export interface DeploymentEventFilter {
  readonly application?: string
  readonly environment?: string
  /** One profile, or those of the document and of the audiences. */
  readonly profile?: string | readonly string[]
  /** Looks are at least so far apart, in milliseconds; events in between make one more look, at the end. Default 1,000. */
  readonly minGapMs?: number
  readonly clock?: Clock
}

/**
 * A handler of EventBridge's AppConfig deployment events (`source: aws.appconfig`), for a queue's consumer or a
 * function: looks for new flags as soon as a deployment starts, steps, ends or is rolled back. Resolves to whether it
 * looked. Anything that is no such event is passed over, and so is one whose kind is not known: events are best effort,
 * and polling is the safety net. Never rejects. Source: "AWS AppConfig events" in the EventBridge reference.
 */
export function deploymentEventHandler(
  client: Pick<FlagClient, 'refresh'>,
  filter: DeploymentEventFilter = {},
): (event: unknown) => Promise<boolean> {
  portOption('deploymentEventHandler client', client, ['refresh'])
  const { clock = realClock } = filter
  const minGapMs = numberOption('deploymentEventHandler minGapMs', filter.minGapMs ?? 1000, 0)
  let last = Number.NEGATIVE_INFINITY
  // A deployment sends several events, and a look costs a session: those that wait for their turn share one.
  const look = singleFlight(async () => {
    const waitMs = last + minGapMs - clock.monotonic()
    if (waitMs > 0) await sleep(clock, waitMs)
    last = clock.monotonic()
    await client.refresh()
  })
  return async event => {
    try {
      if (!concerns(event as Partial<DeploymentEvent> | null, filter)) return false
      await look()
      return true
    } catch {
      // An event whose fields cannot even be read.
      return false
    }
  }
}

interface DeploymentEvent {
  readonly source: unknown
  readonly 'detail-type': unknown
  readonly detail: {
    readonly Application?: Named
    readonly Environment?: Named
    readonly ConfigurationProfile?: Named
  }
}
type Named = { readonly Id?: unknown; readonly Name?: unknown } | null

function concerns(event: Partial<DeploymentEvent> | null, filter: DeploymentEventFilter): boolean {
  if (event?.source !== 'aws.appconfig') return false
  const kind = event['detail-type']
  if (typeof kind !== 'string' || !kind.startsWith('On Deployment ')) return false
  const { Application, Environment, ConfigurationProfile } = event.detail ?? {}
  return (
    matches(filter.application, Application) &&
    matches(filter.environment, Environment) &&
    matches(filter.profile, ConfigurationProfile)
  )
}

/** An event that does not say which one it is about may be about this one. */
function matches(wanted: string | readonly string[] | undefined, named: Named | undefined): boolean {
  if (wanted === undefined || named === undefined || named === null) return true
  return [wanted].flat().some(one => one === named.Id || one === named.Name)
}
