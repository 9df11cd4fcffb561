import type { MetricSource } from '../../src/core/index.ts'
import { type Gate, rateGate, seconds } from '../../src/core/index.ts'
import { type PipelineBuilder, pipeline } from '../../src/pipeline/index.ts'
import type { Shape } from './topology.ts'

/** The release plan of the example: hours become seconds, everything else is as it would be. */
export function objectService(
  shape: Shape,
  gates: { tests: Gate; shadow: Gate; canary: Gate; metrics: MetricSource },
): PipelineBuilder {
  const alarms = rateGate({
    name: 'alarms',
    source: gates.metrics,
    bad: 'errors',
    of: 'requests',
    maxRate: 0.01,
    minCount: 5,
    windowMs: seconds(20),
  })
  const patience = { onWait: { deadlineMs: seconds(30), then: 'halt' } } as const
  const rollout = {
    oneBox: true,
    share: 0.5,
    bake: { durationMs: seconds(1.5), dataPoints: 10, onWait: { deadlineMs: seconds(30) } },
    validatorBake: { durationMs: seconds(1.5), dataPoints: { waived: 'a validator takes canary traffic only' } },
  } as const
  const [first, second, ...others] = shape.regions
  let release = pipeline('object-service')
    .stage('pre-production', s =>
      s.gate(gates.tests, { onStop: 'halt', ...patience }).gate(gates.shadow, { onStop: 'halt', ...patience }),
    )
    .validators({ gate: gates.canary, onStop: 'rollback', ...patience })
    .region(first!, rollout)
    .region(second!, rollout)
  if (others.length > 0) release = release.wave(others, rollout)
  return release
    .watch(alarms, { onStop: 'rollback', ...patience })
    .watch(gates.canary, { onStop: 'rollback', ...patience })
    .policy({
      askEveryMs: 250,
      gateTimeoutMs: seconds(5),
      deployTimeoutMs: seconds(20),
      cord: { onWait: { deadlineMs: seconds(5), then: 'halt' } },
      rollback: { share: 1, attempts: 3, retryMs: 500 },
    })
}
