import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { loadConfiguration, loadSupport, runCucumber } from '@cucumber/cucumber/api'
import type { Envelope } from '@cucumber/messages'
import { defineSteps, loadScenarios } from '../../src/scenarios/index.ts'
import { type Figure, figure, median } from '../figure.ts'

const SUBJECT = 'scenarios'
const SCENARIOS = 400
const RAISES = 8
const STEPS = SCENARIOS * (RAISES + 2)
const ROUNDS = 7
const RUNS = 10_000

const FEATURE = `Feature: counting\n${Array.from(
  { length: SCENARIOS },
  (_, i) =>
    `  Scenario: number ${i}\n    Given a counter at ${i}\n${'    When it is raised by 2\n'.repeat(RAISES)}    Then it is at ${i + 2 * RAISES}\n`,
).join('')}`

const steps = defineSteps<{ n: number }>('counting', ({ given, when, then }) => {
  given('a counter at {int}', ({ world }, n) => {
    world.n = n
  })
  when('it is raised by {int}', ({ world }, n) => {
    world.n += n
  })
  then('it is at {int}', ({ world }, n) => {
    if (world.n !== n) throw new Error(`${world.n}`)
  })
})

/** From the first scenario's start to the last one's end, in microseconds a step. */
function stopwatch() {
  let from = 0
  let to = 0
  let passed = 0
  return {
    see({ testCaseStarted, testCaseFinished, testStepFinished }: Envelope) {
      if (testCaseStarted && from === 0) from = performance.now()
      if (testCaseFinished) to = performance.now()
      if (testStepFinished?.testStepResult.status === 'PASSED') passed++
    },
    perStep() {
      if (passed !== STEPS) throw new Error(`${passed} of ${STEPS} steps passed`)
      return ((to - from) * 1000) / STEPS
    },
  }
}

async function ours(): Promise<number> {
  const suite = await loadScenarios({ features: [{ uri: 'counting.feature', text: FEATURE }], steps: [steps] })
  const watch = stopwatch()
  await suite.run({ onEnvelope: watch.see })
  return watch.perStep()
}

/** Makes ready to run cucumber-js on the feature: its steps are modules, which register themselves once. */
async function peer(folder: string): Promise<() => Promise<number>> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const environment = { cwd: process.cwd(), stdout: nowhere, stderr: nowhere, env: {} }
  const { runConfiguration } = await loadConfiguration(
    {
      file: false,
      provided: {
        paths: [join(folder, 'counting.feature')],
        import: [new URL('peer-steps.mjs', import.meta.url).pathname],
        format: ['message'],
      },
    },
    environment as never,
  )
  const support = await loadSupport(runConfiguration, environment as never)
  return async () => {
    const watch = stopwatch()
    await runCucumber({ ...runConfiguration, support }, environment as never, watch.see)
    return watch.perStep()
  }
}

/** What 10,000 more runs of a scenario leave behind, in MB. */
async function growth(): Promise<number> {
  const suite = await loadScenarios({
    features: [
      {
        uri: 'a.feature',
        text: `Feature: f\n  @canary\n  Scenario: s\n    Given a counter at 1\n    When it is raised by 2\n    Then it is at 3\n`,
      },
    ],
    steps: [steps],
  })
  const [check] = suite.checks()
  const { signal } = new AbortController()
  const run = async () => {
    for (let i = 0; i < RUNS; i++) if (!(await check!.run({ signal })).ok) throw new Error('a run failed')
  }
  const collect = (globalThis as { gc?: () => void }).gc
  if (!collect) throw new Error('bench: run node with --expose-gc')
  await run()
  collect()
  const before = process.memoryUsage().heapUsed
  await run()
  collect()
  return (process.memoryUsage().heapUsed - before) / 2 ** 20
}

export async function measure(tell: (figure: Figure) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'andon-bench-'))
  try {
    writeFileSync(join(folder, 'counting.feature'), FEATURE)
    const theirsOnce = await peer(folder)
    await ours()
    await theirsOnce()
    const rounds: { ours: number; peer: number }[] = []
    for (let i = 0; i < ROUNDS; i++) rounds.push({ ours: await ours(), peer: await theirsOnce() })
    const own = median(rounds.map(r => r.ours))
    const theirs = median(rounds.map(r => r.peer))
    const beside = `cucumber-js 13.3.0 on the same feature: ${theirs.toFixed(1)} µs`
    tell(figure(SUBJECT, 'overhead of a passing step', own, 'µs', beside))
    tell(
      figure(
        SUBJECT,
        'overhead of a passing step, cucumber-js by ours',
        median(rounds.map(r => r.peer / r.ours)),
        'x',
        beside,
      ),
    )
    tell(figure(SUBJECT, 'memory growth over 10,000 runs of a scenario', await growth(), 'MB'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
