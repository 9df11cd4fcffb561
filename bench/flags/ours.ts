import { buildIdList, createFlagClient, type FlagClient, staticSource } from '../../src/flags/index.ts'
import { type Account, type FlagName, MEMBERS, SHARE } from './cases.ts'
import type { LoadedPeer } from './peer.ts'

/** Our client over the flags of `cases.ts`. */
export async function ourClient(): Promise<FlagClient> {
  const variants = (rule: string) => ({
    _variants: [
      { name: 'on', enabled: true, rule },
      { name: 'off', enabled: false },
    ],
  })
  const names: FlagName[] = ['fixed', 'attribute', 'split', 'list']
  const values: Record<FlagName, object> = {
    fixed: { enabled: true },
    attribute: variants('(eq $region "eu")'),
    split: variants(`(and (eq $region "eu") (split by::$accountId pct::${SHARE} seed::"split"))`),
    list: { enabled: false },
  }
  return createFlagClient({
    source: staticSource({
      version: '1',
      flags: Object.fromEntries(names.map(name => [name, { name }])),
      values,
    }),
    audiences: { list: { key: 'accountId', allow: { list: 'members' } } },
    lists: { members: await buildIdList(MEMBERS) },
  })
}

export async function loadOurs(): Promise<LoadedPeer<Account>> {
  const client = await ourClient()
  return {
    contextOf: account => account,
    evaluate: (flag, context) => client.enabled(flag, context as never),
    close: () => client.close(),
  }
}
