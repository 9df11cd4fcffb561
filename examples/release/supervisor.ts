import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { memoryMetrics } from '../../src/core/index.ts'
import { fileCord } from '../../src/parts/cord/index.ts'
import type { Arguments } from './arguments.ts'
import { concludeRun, isReleased } from './conclusion.ts'
import { startControl } from './control.ts'
import type { CustomersSaw, CustomersSetup, ReadBack } from './customers.ts'
import { audiencesPath, closeFeature, flagsPath, openFeature, rungOf, writeFeature } from './feature.ts'
import { Fleet } from './fleet.ts'
import { lockRun, type RunFolder, runFolder } from './run-folder.ts'
import type { RunnerSetup } from './runner.ts'
import { s3Client } from './s3.ts'
import { type RegionSetup, regionsOf } from './topology.ts'

/** A runner that ends by itself without ending the run is started again this many times. */
const RUNNER_STARTS = 3

/**
 * The supervisor: owns the fleet, its doors and the customers, starts the runner as its child and says at the end what
 * became of the release. Resolves to the exit code. Everything it starts ends with it, however it ends.
 */
export async function supervise(args: Arguments): Promise<number> {
  const startedAt = Date.now()
  const say = (text: string) => process.stdout.write(`${text}\n`)
  const folder = await runFolder(args.resume ?? args.rollback, args.small)
  const unlock = await lockRun(folder)
  const regions = regionsOf(folder.shape)
  const metrics = memoryMetrics()
  const fleet = new Fleet({ folder: folder.path, regions, metrics, fault: args.fault })
  const children = new Set<ChildProcess>()
  const closing = onInterrupt(async () => {
    say(`\ninterrupted; continue with: npm start -- --resume ${folder.run}`)
    await close()
  })
  const close = async () => {
    events.closing = true
    for (const child of children) child.kill('SIGKILL')
    await fleet.close()
    control?.close()
    await unlock()
  }
  const events: FaultEvents = { runner: undefined, killed: undefined, closing: false }
  let control: Awaited<ReturnType<typeof startControl>> | undefined

  try {
    say(
      `run ${folder.run}: ${regions.reduce((n, r) => n + r.hosts.length, 0)} hosts of s3rver in ${regions.length} regions${args.fault ? `, with the fault "${args.fault}" planted` : ''}`,
    )
    await fleet.start((started, all) => {
      if (started === 1 || started === all)
        say(`  ${started} of ${all} hosts healthy after ${((Date.now() - startedAt) / 1000).toFixed(1)} s`)
    })
    await createBuckets(fleet, regions)
    const token = randomBytes(24).toString('hex')
    control = await startControl(fleet, metrics, token)
    await writeFeature(folder)
    const saw: CustomersSaw[] = []
    const customers = await startCustomers(folder, fleet, regions, saw, children)
    plantFault(args, folder, fleet, events, say)

    const setup: RunnerSetup = {
      run: folder.run,
      shape: folder.shape,
      control: control.origin,
      token,
      journal: folder.journal,
      cord: folder.cord,
      reservations: folder.reservations,
      rollback: args.rollback !== undefined,
    }
    if (args.resume !== undefined) await fileCord(folder.cord).release('operator', 'npm start -- --resume')
    if (args.rollback !== undefined) await closeFeature(folder)
    await runRunner(setup, events, children, say)
    if (events.closing) return 130
    const feature = (await isReleased(folder)) ? await openFeature(folder, saw, say) : await rungOf(folder)
    customers.send({ type: 'read-back' })
    const readBack = await messageOf<ReadBack>(customers, 'read-back')
    return await concludeRun({ args, folder, fleet, saw, readBack, feature, killed: events.killed, startedAt, say })
  } finally {
    closing.cancel()
    await close()
  }
}

/** What a fault does to the run from outside, and when that happened. */
interface FaultEvents {
  runner: ChildProcess | undefined
  killed: { at: number; deployed: number } | undefined
  /** Everything is being ended: a runner that dies now is not replaced. */
  closing: boolean
}

/** Pulls the cord or kills the runner somewhere in the middle third of the release. */
function plantFault(
  { fault }: Arguments,
  folder: RunFolder,
  fleet: Fleet,
  events: FaultEvents,
  say: (text: string) => void,
): void {
  if (fault !== 'cord' && fault !== 'kill') return
  const all = fleet.hosts('aws').length + fleet.hosts('aws-us-gov').length + fleet.hosts('aws-cn').length
  const trigger = randomInt(Math.ceil(all / 3), Math.ceil((all * 2) / 3))
  let done = false
  fleet.onDeployed = deployed => {
    if (done || deployed < trigger) return
    done = true
    setTimeout(() => void strike(deployed), randomInt(0, 800))
  }
  const strike = async (deployed: number): Promise<void> => {
    if (fault === 'kill') {
      events.killed = { at: Date.now(), deployed }
      say(`  ── the runner is killed with -9 (${deployed} of ${all} hosts are on the new version)`)
      events.runner?.kill('SIGKILL')
    } else {
      await fileCord(folder.cord).pull('hold', 'on-call', 'customers called, and nobody knows why yet')
      say('  ── somebody pulls the cord')
    }
  }
}

async function runRunner(
  setup: RunnerSetup,
  events: FaultEvents,
  children: Set<ChildProcess>,
  say: (text: string) => void,
): Promise<void> {
  for (let start = 1; ; start++) {
    const runner = startChild('./runner.ts', { ANDON_RUNNER: JSON.stringify(setup) }, children)
    events.runner = runner
    const [code, signal] = (await once(runner, 'exit')) as [number | null, string | null]
    children.delete(runner)
    if (code === 0 || events.closing) return
    if (start >= RUNNER_STARTS || (code !== null && code !== 0))
      throw Object.assign(new Error(`the runner ended with ${signal ?? code}`), { code: 'runner' })
    say('  ── a new runner takes over')
  }
}

function startChild(file: string, env: Record<string, string>, children: Set<ChildProcess>): ChildProcess {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), [], {
    env: { ...process.env, NODE_NO_WARNINGS: '1', ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  children.add(child)
  return child
}

/** Settles with the child's first message of a type; rejects when the child ends before. */
function messageOf<T extends { type: string }>(child: ChildProcess, type: T['type']): Promise<T> {
  return new Promise((resolve, reject) => {
    child.on('message', (message: T) => {
      if (message.type === type) resolve(message)
    })
    child.once('exit', code =>
      reject(Object.assign(new Error(`the customers' process ended (${code})`), { code: 'customers' })),
    )
  })
}

async function startCustomers(
  folder: RunFolder,
  fleet: Fleet,
  regions: readonly RegionSetup[],
  saw: CustomersSaw[],
  children: Set<ChildProcess>,
): Promise<ChildProcess> {
  const setup: CustomersSetup = {
    ledger: folder.ledger,
    flags: flagsPath(folder),
    audiences: audiencesPath(folder),
    seed: randomInt(2 ** 31),
    before: 180,
    regions: regions.map(({ name, place, rate, mix }) => ({
      name,
      rate,
      mix,
      door: fleet.doors(place).customers.origin,
    })),
  }
  const customers = startChild('./customers.ts', { ANDON_CUSTOMERS: JSON.stringify(setup) }, children)
  customers.on('message', (message: CustomersSaw) => {
    if (message.type === 'saw') saw.push(message)
  })
  await messageOf(customers, 'ready')
  return customers
}

async function createBuckets(fleet: Fleet, regions: readonly RegionSetup[]): Promise<void> {
  for (const { place } of regions) {
    const s3 = s3Client(fleet.doors(place).customers.origin)
    for (const Bucket of ['customers', 'canary', 'probe']) {
      await s3.send(new CreateBucketCommand({ Bucket })).catch((error: Error) => {
        if (!/BucketAlready/.test(error.name)) throw error
      })
    }
    await s3.send(new PutObjectCommand({ Bucket: 'probe', Key: 'probe', Body: 'which version is this?' }))
    s3.destroy()
  }
}

/** Ends everything in order on the first signal; 130 is what a shell expects then. */
function onInterrupt(work: () => Promise<void>): { cancel(): void } {
  const handler = () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, handler)
    void work().finally(() => process.exit(130))
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, handler)
  return {
    cancel: () => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, handler)
    },
  }
}
