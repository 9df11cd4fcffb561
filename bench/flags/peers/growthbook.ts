import { type ConditionInterface, type FeatureDefinition, GrowthBookClient } from '@growthbook/growthbook'
import { type Account, MEMBERS, SHARE } from '../cases.ts'
import { installedVersion, type LoadedPeer, type Peer } from '../peer.ts'

export const growthbook: Peer = {
  name: 'growthbook',
  version: installedVersion('@growthbook/growthbook'),
  list: '`$inGroup` of a saved group',
  async load(): Promise<LoadedPeer<{ attributes: Account }>> {
    const client = new GrowthBookClient({ disableCache: true })
    const rule = (condition: ConditionInterface, more: object = {}): FeatureDefinition => ({
      defaultValue: false,
      rules: [{ condition, force: true, ...more }],
    })
    client.initSync({
      payload: {
        features: {
          fixed: { defaultValue: true },
          attribute: rule({ region: 'eu' }),
          split: rule(
            { region: 'eu' },
            { coverage: SHARE / 100, hashAttribute: 'accountId', hashVersion: 2, seed: 'split' },
          ),
          list: rule({ accountId: { $inGroup: 'members' } }),
        },
        savedGroups: { members: [...MEMBERS] },
      },
    })
    return {
      contextOf: account => ({ attributes: { ...account } }),
      evaluate: (flag, context) => client.isOn(flag, context),
      close: () => client.destroy(),
    }
  },
}
