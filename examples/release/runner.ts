// The release runner: a process of its own, so that it can be killed and started again. All it knows about the run is in
// the journal; all it does to the fleet goes through the supervisor's control.
import { startCanaries } from '../../src/canary/index.ts'
import { realClock } from '../../src/core/index.ts'
import { fileCord } from '../../src/parts/cord/index.ts'
import { sqliteJournal } from '../../src/parts/journal/index.ts'
import { createProgress, runPipeline } from '../../src/pipeline/index.ts'
import { behaviourTests } from './behaviour-tests.ts'
import { canaryChecks } from './canary-checks.ts'
import { controlClient } from './control.ts'
import { objectService } from './object-service.ts'
import { reservations, withReservations } from './reservations.ts'
import { shadowTests } from './shadow-tests.ts'
import { regionsOf, type Shape } from './topology.ts'
import { NEW } from './versions.ts'

/** What the supervisor hands over, in the environment: the token is in no command line. */
export interface RunnerSetup {
  readonly run: string
  readonly shape: Shape
  readonly control: string
  readonly token: string
  readonly journal: string
  readonly cord: string
  readonly reservations: string
  readonly rollback: boolean
}

process.on('disconnect', () => process.exit(0))

const setup = JSON.parse(process.env.ANDON_RUNNER ?? '{}') as RunnerSetup
const regions = regionsOf(setup.shape)
const control = controlClient(setup.control, setup.token)
const progress = createProgress(process.stdout, { indent: '  ' })
const canaries = startCanaries(await canaryChecks(regions, control), { everyMs: 400, timeoutMs: 8000 })
const journal = sqliteJournal(setup.journal)
const hosts = reservations(setup.reservations, regions)
const release = objectService(setup.shape, {
  tests: behaviourTests(),
  shadow: shadowTests(),
  canary: canaries.gate({ runs: 3 }),
  metrics: control.metrics,
})

try {
  await runPipeline(release, {
    run: setup.run,
    version: NEW,
    deployer: withReservations(control.deployer, hosts.coordinator, regions, setup.run),
    journal,
    cord: fileCord(setup.cord),
    dataPoints: async ({ place, since, signal }) =>
      (await control.metrics.window({ metric: 'requests', place, from: since, to: realClock.now(), signal })).count,
    leaseTtlMs: 3000,
    leaseWaitMs: 10_000,
    onEvent: progress.onEvent,
    ...(setup.rollback ? { rollback: { by: 'operator', reason: 'npm start -- --rollback' } } : {}),
  })
  progress.done()
} catch (error) {
  console.error(`runner: ${(error as Error).message}`)
  process.exitCode = 1
} finally {
  await canaries.close()
  await hosts.close()
  await journal.close()
  process.disconnect?.()
}
