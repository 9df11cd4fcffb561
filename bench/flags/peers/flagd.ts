import { FlagdCore } from '@openfeature/flagd-core'
import { type Account, MEMBERS, SHARE } from '../cases.ts'
import { installedVersion, type LoadedPeer, type Peer } from '../peer.ts'

const SILENT = { debug() {}, info() {}, warn() {}, error() {} }

/** flagd's evaluation, over the flags of `cases.ts`. */
export function flagdCore(): FlagdCore {
  const core = new FlagdCore(undefined, SILENT)
  const flag = (targeting: object) => ({
    state: 'ENABLED',
    variants: { on: true, off: false },
    defaultVariant: 'off',
    targeting,
  })
  const eu = { '==': [{ var: 'region' }, 'eu'] }
  const id = { var: 'accountId' }
  const flags = {
    fixed: { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' },
    attribute: flag({ if: [eu, 'on', 'off'] }),
    split: flag({ if: [eu, { fractional: [id, ['on', SHARE], ['off', 100 - SHARE]] }, 'off'] }),
    list: flag({ if: [{ in: [id, MEMBERS] }, 'on', 'off'] }),
  }
  core.setConfigurations(JSON.stringify({ flags }))
  return core
}

export const flagd: Peer = {
  name: 'flagd-core',
  version: installedVersion('@openfeature/flagd-core'),
  list: '`in` over an array',
  async load(): Promise<LoadedPeer<Account>> {
    const core = flagdCore()
    return {
      contextOf: account => account,
      evaluate: (flag, context) => core.resolveBooleanEvaluation(flag, false, context as never, SILENT).value,
      close() {},
    }
  },
}
