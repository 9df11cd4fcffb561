import { expect, test } from 'vitest'
import { virtualClock } from '../../../src/core/virtual-clock.ts'
import { waitSteps } from '../../../src/scenarios/steps/index.ts'
import { runSteps } from './run-feature.ts'

test('waits by the clock that it is given, longer than other steps may take', async () => {
  const clock = virtualClock()
  let done = false
  const running = runSteps('When I wait 60 seconds\nAnd I wait 1 second\nAnd I wait 500 ms', {
    steps: [waitSteps()],
    clock,
  })
  void running.then(() => {
    done = true
  })
  while (!done) if (!(await clock.next())) await new Promise(resolve => setImmediate(resolve))
  expect((await running).status).toBe('PASSED')
  expect(clock.now()).toBe(61_500)
})

test.each<[string, string]>([
  ['I wait 301 seconds', 'seconds: expected a whole number, 0 to 300, got 301'],
  ['I wait -1 ms', 'ms: expected a whole number, 0 to 300000, got -1'],
])('%s is refused', async (step, message) => {
  expect(await runSteps(`When ${step}`, { steps: [waitSteps()] })).toMatchObject({ status: 'FAILED', message })
})

test('options are looked at when they are given', () => {
  expect(() => waitSteps({ longestMs: 0 })).toThrow('waitSteps longestMs')
})
