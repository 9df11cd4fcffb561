import { init, integrations, type LDSingleKindContext } from '@launchdarkly/node-server-sdk'
import { MEMBERS, SHARE } from '../cases.ts'
import { installedVersion, type LoadedPeer, type Peer } from '../peer.ts'

const [ON, OFF] = [0, 1]

export const launchdarkly: Peer = {
  name: 'launchdarkly-node-server-sdk',
  version: installedVersion('@launchdarkly/node-server-sdk'),
  list: 'a segment that includes them',
  async load(): Promise<LoadedPeer<LDSingleKindContext>> {
    const data = new integrations.TestData()
    const flag = (key: string, rules: object[], otherwise: number) =>
      data.usePreconfiguredFlag({
        key,
        version: 1,
        on: true,
        variations: [true, false],
        offVariation: OFF,
        fallthrough: { variation: otherwise },
        salt: key,
        rules: rules.map((rule, i) => ({ id: `${key}-${i}`, ...rule })),
      })
    const eu = { contextKind: 'user', attribute: 'region', op: 'in', values: ['eu'] }
    await flag('fixed', [], ON)
    await flag('attribute', [{ clauses: [eu], variation: ON }], OFF)
    const variations = [
      { variation: ON, weight: SHARE * 1000 },
      { variation: OFF, weight: (100 - SHARE) * 1000 },
    ]
    await flag('split', [{ clauses: [eu], rollout: { contextKind: 'user', variations } }], OFF)
    await flag('list', [{ clauses: [{ attribute: '', op: 'segmentMatch', values: ['members'] }], variation: ON }], OFF)
    await data.usePreconfiguredSegment({ key: 'members', version: 1, included: MEMBERS, salt: 'members', rules: [] })
    const silent = { debug() {}, info() {}, warn() {}, error() {} }
    const client = init('bench', {
      updateProcessor: data.getFactory(),
      sendEvents: false,
      diagnosticOptOut: true,
      logger: silent,
    })
    await client.waitForInitialization({ timeout: 5 })
    return {
      contextOf: ({ region, accountId }) => ({ kind: 'user', key: accountId, region }),
      evaluate: (key, context) => client.boolVariation(key, context, false),
      close: () => client.close(),
    }
  },
}
