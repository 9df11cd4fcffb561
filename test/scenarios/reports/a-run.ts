// A run with one of everything, for reports to be made of.
import { join } from 'node:path'
import { loadScenarios, type RunOptions, type RunResult } from '../../../src/scenarios/index.ts'
import { defineSteps } from '../../../src/scenarios/support/define-steps.ts'

export const SECRET = 'sesame-42 <&> "quoted"'

const TEXT = `Feature: Apples & pears

  Rule: what is there can be bought

    Scenario: buying
      Given a shop with 3 apples
      When a token is shown
      Then 3 apples are left

    Scenario: too many
      Given a shop with 3 apples
      Then 4 apples are left

  Scenario: not written
    When it is not written yet

  Scenario: left out
    When it is left out

  Scenario: unknown
    Given a shop with 3 pears
      | kind | ]]> |
`

const steps = defineSteps('shop', ({ given, when, then }) => {
  given('a shop with {int} apples', async ({ world }, apples) => {
    world.apples = apples
    await new Promise(resolve => setImmediate(resolve))
  })
  when('a token is shown', async ({ attach, log, link }) => {
    await log(`log ${SECRET}`)
    await attach(Buffer.from(`binary ${SECRET}`), { mediaType: 'application/octet-stream', fileName: 'a.bin' })
    await attach(`text ${SECRET}\u001b[2J`, 'text/plain')
    await link(`http://127.0.0.1/${SECRET}`)
  })
  then('{int} apples are left', ({ world }, apples) => {
    if (world.apples !== apples) throw new Error(`${world.apples} left ]]> \u0000 ${SECRET}`)
  })
  when('it is not written yet', () => 'pending')
  when('it is left out', () => 'skipped')
})

export const suite = () =>
  loadScenarios({
    features: [
      { uri: 'apples.feature', text: TEXT },
      { uri: 'bad.feature', text: `Feature: Bad\n  Scenario: x\n    Given a\n  oops ${SECRET}\n` },
    ],
    steps: [steps],
  })

/** Runs it. */
export const aRun = async (options: RunOptions = {}): Promise<RunResult> =>
  (await suite()).run({ secrets: [SECRET], ...options })

export const files = (folder: string) => ({
  ndjson: join(folder, 'a', 'run.ndjson'),
  junit: join(folder, 'a', 'run.xml'),
  html: join(folder, 'run.html'),
})
