import { Statsig, StatsigUser } from '@statsig/statsig-node-core'
import { MEMBERS, SHARE } from '../cases.ts'
import { collect } from '../collect.ts'
import { installedVersion, type LoadedPeer, type Peer } from '../peer.ts'

const QUIET = { disableExposureLogging: true }

/** The specs that Statsig's servers would deliver; here they come out of its data store. */
function specs(): string {
  const idType = 'accountId'
  const gate = (condition: string, passPercentage = 100) => ({
    type: 'feature_gate',
    entity: 'feature_gate',
    salt: condition,
    enabled: true,
    defaultValue: false,
    idType,
    version: 1,
    rules: [{ name: 'on', id: 'on', salt: 'on', passPercentage, returnValue: true, conditions: [condition], idType }],
  })
  const condition = (type: string, more: object = {}) => ({ type, additionalValues: {}, idType, ...more })
  return JSON.stringify({
    has_updates: true,
    time: 1,
    dynamic_configs: {},
    layer_configs: {},
    experiment_to_layer: {},
    feature_gates: {
      fixed: gate('everybody'),
      attribute: gate('eu'),
      split: gate('eu', SHARE),
      list: gate('members'),
    },
    condition_map: {
      everybody: condition('public'),
      eu: condition('user_field', { field: 'region', operator: 'any', targetValue: ['eu'] }),
      members: condition('unit_id', { operator: 'any', targetValue: MEMBERS }),
    },
  })
}

export const statsig: Peer = {
  name: 'statsig-node-core',
  version: installedVersion('@statsig/statsig-node-core'),
  list: '`any` over the ids; its ID lists are files that it downloads, so there are none offline',
  async load(): Promise<LoadedPeer<StatsigUser>> {
    let client: Statsig | undefined = new Statsig('secret-bench', {
      disableNetwork: true,
      disableAllLogging: true,
      disableCountryLookup: true,
      outputLogLevel: 'none',
      specAdaptersConfig: [{ adapterType: 'data_store', initTimeoutMs: 10_000 }],
      // Without `initialize` the adapter does not start.
      dataStore: {
        initialize: async () => {},
        get: async key => (key.includes('download_config_specs') ? { result: specs(), time: 1 } : {}),
      },
    })
    const made = await client.initialize()
    if (!made.isSuccess) throw new Error(`statsig: ${made.error}`)
    return {
      contextOf: ({ region, accountId }) => new StatsigUser({ customIDs: { accountId }, custom: { region } }),
      evaluate: (flag, user) => client!.checkGate(user, flag, QUIET),
      async close() {
        await client?.shutdown(1000)
        // What it holds of the data store keeps the process alive until the client is collected.
        client = undefined
        await collect()
      },
    }
  },
}
