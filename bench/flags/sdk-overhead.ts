import { type Figure, figure, median } from '../figure.ts'
import { type Account, FLAGS, type FlagName } from './cases.ts'
import { throughOpenFeature } from './openfeature.ts'
import { loadOurs } from './ours.ts'
import { installedVersion, type LoadedPeer } from './peer.ts'
import { flagd } from './peers/flagd.ts'
import { runnerOf } from './runner.ts'

const ROUNDS = 15

/** What an evaluation takes when it goes through the OpenFeature SDK, beside the same one without it. */
export async function sdkOverhead(subject: string, tell: (figure: Figure) => void): Promise<void> {
  const direct = await loadOurs()
  const loaded = {
    direct,
    // The part of it that is the promise alone.
    awaited: { ...direct, evaluate: async (flag, context) => direct.evaluate(flag, context), close() {} },
    ours: await throughOpenFeature('ours'),
    flagd: await throughOpenFeature('flagd'),
  } satisfies Record<string, LoadedPeer<Account>>
  const sides = Object.entries(loaded)
  try {
    const runners = new Map<string, Awaited<ReturnType<typeof runnerOf>>>()
    for (const [name, peer] of sides) runners.set(name, await runnerOf(`openfeature-${name}`, peer))
    for (const flag of ['fixed', 'attribute'] satisfies FlagName[]) {
      for (const runner of runners.values()) await runner.warmUp(flag)
      const times: Record<string, number[]> = {}
      for (let round = 0; round < ROUNDS; round++)
        for (const [name, runner] of runners) (times[name] ??= []).push(await runner.time(flag))
      const of = (name: keyof typeof loaded) => median(times[name]!)
      tell(
        figure(
          subject,
          `${FLAGS[flag]} through the OpenFeature SDK, an evaluation`,
          of('ours'),
          'ns',
          `${of('direct').toFixed(1)} ns directly; ${of('flagd').toFixed(0)} ns of flagd-core ${flagd.version} through the same @openfeature/server-sdk ${installedVersion('@openfeature/server-sdk')}; ${of('awaited').toFixed(0)} ns directly, but out of an async function and awaited`,
        ),
      )
    }
  } finally {
    for (const [, peer] of sides) await peer.close()
  }
}
