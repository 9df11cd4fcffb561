import { createRegionCatalogue, type Gate, minutes } from '../src/core/index.ts'
import { type PipelineBuilder, pipeline } from '../src/pipeline/index.ts'

const silent = (name: string): Gate => ({ name, check: () => Promise.reject(new Error('a simulation asks nobody')) })

/** 39 regions: three by themselves, then waves of 3, 6, 12 and the rest; every zone host by host. */
export function worldwide(): PipelineBuilder {
  const names = Array.from({ length: 39 }, (_, i) => `region-${i + 1}`)
  const catalogue = createRegionCatalogue(
    names.map(name => ({ place: `p/${name}`, name, partition: 'p', geography: 'x', zones: [] })),
  )
  const rollout = { bake: { durationMs: minutes(60), dataPoints: 1000 }, share: 1e-6 }
  let release = pipeline('worldwide', { catalogue })
    .stage('pre-production', s => s.gate(silent('tests')))
    .validators({ gate: silent('canary'), onStop: 'rollback' })
  for (const name of names.slice(0, 3)) release = release.region(name, rollout)
  for (const [from, to] of [
    [3, 6],
    [6, 12],
    [12, 24],
  ] as const)
    release = release.wave(names.slice(from, to), rollout)
  return release
    .wave('rest', rollout)
    .watch(silent('alarms'), { onStop: 'rollback' })
    .policy({ askEveryMs: minutes(1) })
}
