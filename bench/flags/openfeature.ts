import { OpenFeature, type Provider } from '@openfeature/server-sdk'
import { createOpenFeatureProvider } from '../../src/flags/openfeature/index.ts'
import type { Account } from './cases.ts'
import { ourClient } from './ours.ts'
import type { LoadedPeer } from './peer.ts'
import { flagdCore } from './peers/flagd.ts'

/** Flags asked for through the OpenFeature SDK: with our provider, or with one that does nothing but ask flagd. */
export async function throughOpenFeature(whose: 'ours' | 'flagd'): Promise<LoadedPeer<Account>> {
  await OpenFeature.setProviderAndWait(whose, whose === 'ours' ? createOpenFeatureProvider(await ourClient()) : flagd())
  const client = OpenFeature.getClient(whose)
  return {
    contextOf: account => account,
    evaluate: (flag, context) => client.getBooleanValue(flag, false, context as never),
    close: () => OpenFeature.close(),
  }
}

function flagd(): Provider {
  const core = flagdCore()
  const never = async () => {
    throw new Error('only booleans are asked for')
  }
  return {
    metadata: { name: 'flagd-core' },
    runsOn: 'server',
    resolveBooleanEvaluation: async (key, otherwise, context, logger) =>
      core.resolveBooleanEvaluation(key, otherwise, context, logger),
    resolveStringEvaluation: never,
    resolveNumberEvaluation: never,
    resolveObjectEvaluation: never,
  }
}
