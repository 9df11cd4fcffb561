import { portOption } from '../../core/options.ts'
import type { FlagClient } from './flag-client.ts'

/** Which deployments matter; names or ids. Whatever is not given matters. */
export interface DeploymentEventFilter {
  readonly application?: string
  readonly environment?: string
  /** One profile, or those of the document and of the audiences. */
  readonly profile?: string | readonly string[]
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
  return async event => {
    try {
      if (!concerns(event as Partial<DeploymentEvent> | null, filter)) return false
      await client.refresh()
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
