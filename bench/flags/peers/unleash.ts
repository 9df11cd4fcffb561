import { once } from 'node:events'
import { type Context, InMemStorageProvider, Unleash, UnleashEvents } from 'unleash-client'
import { MEMBERS, SHARE } from '../cases.ts'
import { installedVersion, type LoadedPeer, type Peer } from '../peer.ts'

const SEGMENT = 1

export const unleash: Peer = {
  name: 'unleash-client',
  version: installedVersion('unleash-client'),
  list: 'a segment of `IN` values',
  async load(): Promise<LoadedPeer<Context>> {
    const isIn = (contextName: string, values: readonly string[]) => ({
      contextName,
      operator: 'IN' as never,
      inverted: false,
      values: [...values],
    })
    const feature = (name: string, strategy: object) => ({
      name,
      type: 'release',
      enabled: true,
      stale: false,
      impressionData: false,
      project: 'default',
      variants: [],
      strategies: [{ name: 'default', parameters: {}, constraints: [], ...strategy }],
    })
    const eu = isIn('region', ['eu'])
    const data = [
      feature('fixed', {}),
      feature('attribute', { constraints: [eu] }),
      feature('split', {
        name: 'flexibleRollout',
        parameters: { rollout: String(SHARE), stickiness: 'accountId', groupId: 'split' },
        constraints: [eu],
      }),
      feature('list', { segments: [SEGMENT] }),
    ]
    const client = new Unleash({
      appName: 'bench',
      // Never asked: nothing is fetched, and nothing is sent.
      url: 'http://127.0.0.1:9/api',
      refreshInterval: 0,
      disableMetrics: true,
      storageProvider: new InMemStorageProvider(),
      bootstrap: {
        data: data as never,
        segments: [{ id: SEGMENT, constraints: [isIn('accountId', MEMBERS)] } as never],
      },
      disableAutoStart: true,
    })
    const ready = once(client, UnleashEvents.Ready)
    await Promise.all([client.start(), ready])
    return {
      contextOf: ({ region, accountId }) => ({ properties: { region, accountId } }),
      evaluate: (flag, context) => client.isEnabled(flag, context),
      close: () => client.destroy(),
    }
  },
}
