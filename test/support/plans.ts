import { createRegionCatalogue, type Gate, minutes, seconds } from '../../src/core/index.ts'
import { type PipelineBuilder, pipeline, type RolloutOptions } from '../../src/pipeline/index.ts'

export const catalogue = createRegionCatalogue(
  ['r1', 'r2', 'r3', 'r4'].map(name => ({ place: `p/${name}`, name, partition: 'p', geography: 'x', zones: [] })),
)

export const rollout: RolloutOptions = {
  bake: { durationMs: minutes(1), dataPoints: { waived: 'a test' } },
  share: 0.5,
}

/** Two regions after another, with a test gate, a canary that guards validators, and alarms that watch. */
export function twoRegions(tests: Gate, canary: Gate, alarms: Gate): PipelineBuilder {
  return pipeline('service', { catalogue })
    .stage('pre-production', s => s.gate(tests, { onWait: { deadlineMs: minutes(10) } }))
    .validators({ gate: canary, onStop: 'rollback' })
    .region('r1', rollout)
    .region('r2', rollout)
    .watch(alarms, { onStop: 'rollback', onWait: { deadlineMs: minutes(30), then: 'halt' } })
    .policy({
      askEveryMs: seconds(10),
      gateTimeoutMs: seconds(5),
      deployTimeoutMs: seconds(30),
      cord: { onWait: { deadlineMs: minutes(20), then: 'halt' } },
      rollback: { share: 0.5, attempts: 3, retryMs: seconds(5) },
    })
}
