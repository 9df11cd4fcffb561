import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Command } from 'commander'
import { AndonError } from '../core/errors.ts'
import { literalOption } from '../core/options.ts'
import { realClock } from '../core/real-clock.ts'
import type { Held, ReservationClient } from '../reservation/client/index.ts'
import { beforehand } from './beforehand.ts'
import type { CliWorld } from './cli.ts'
import { durationOption } from './duration-option.ts'
import { interrupts } from './interrupts.ts'
import { proposalLine, reservationLine } from './reservation-print.ts'
import { type ServerOptions, withClient } from './reservation-world.ts'

export interface ReserveGiven extends ServerOptions {
  readonly activity: string
  readonly reason: string
  readonly ttl?: string
  readonly priority?: string
  readonly wait?: string
  readonly key?: string
  readonly healthyWithin: string
  readonly breakGlass?: true
  readonly accept: readonly string[]
}

/** What a command that has to stop gets for it, in milliseconds. */
const GRACE_MS = 10_000
/** Not for what is run under a reservation: it can act on the host, and needs no right to ask for others. */
const SECRETS = ['ANDON_SECRET', 'ANDON_TOKEN']

/**
 * `andon reserve`: with a command, runs it while the host is held, and releases by how it ends; without one, prints the
 * reservation and leaves it to the caller. Rejects with `command-failed` when the command does not exit with 0.
 */
export async function reserve(
  world: CliWorld,
  command: Command,
  host: string,
  argv: readonly string[],
  given: ReserveGiven,
): Promise<void> {
  const { stdout, stderr } = world
  const request = await beforehand(command, async () => readRequest(host, given))
  const healthyMs = await beforehand(command, async () => durationOption('--healthy-within', given.healthyWithin))
  const show = (value: object, text: string) => (given.json ? `${JSON.stringify(value, null, 2)}\n` : text)
  await withClient(world, command, given, async client => {
    if (given.breakGlass) {
      const { priority: _, waitMs: __, key: ___, ...wish } = request
      const proposal = await client.breakGlass.propose({ ...wish, accept: given.accept })
      return stdout(show(proposal, proposalLine(proposal)))
    }
    const stop = interrupts(() => stderr('andon: stopping; once more ends it at once, and leaves the host as it is\n'))
    try {
      const held = await client.reserve(request, { signal: stop.signal })
      if (argv.length === 0) return stdout(show(held.reservation, reservationLine(held.reservation)))
      stderr(`andon: ${reservationLine(held.reservation)}`)
      await runUnder(world, held, argv, stop.signal, healthyMs)
    } finally {
      stop.close()
    }
  })
}

type Request = Parameters<ReservationClient['reserve']>[0]

function readRequest(host: string, given: ReserveGiven): Request {
  const { ttl, wait, key, priority, reason } = given
  return {
    host,
    reason,
    activity: literalOption('--activity', given.activity, ['restart', 'long-offline', 'destroy']),
    ...(ttl !== undefined && { ttlMs: durationOption('--ttl', ttl) }),
    ...(wait !== undefined && { waitMs: durationOption('--wait', wait) }),
    ...(key !== undefined && { key }),
    ...(priority !== undefined && {
      priority: literalOption('--priority', priority, ['low', 'normal', 'high', 'emergency']),
    }),
  }
}

async function runUnder(
  world: CliWorld,
  held: Held,
  argv: readonly string[],
  stop: AbortSignal,
  healthyMs: number,
): Promise<void> {
  const { stderr } = world
  await using _ = held
  // Without a health check both are but steps; with one, it has to say go.
  await held.advance('approved', { signal: stop })
  await held.advance('executing', { signal: stop })
  const how = await run(world, held, argv, stop)
  if (held.signal.aborted) throw held.signal.reason
  if (how !== undefined) {
    await held.release({ outcome: 'failed', reason: `${argv[0]}: ${how}` })
    throw new AndonError('command-failed', `${argv[0]}: ${how}; ${held.host} is a casualty until somebody resolves it`)
  }
  const { state } = await held.release({ outcome: 'healthy', waitMs: healthyMs })
  if (state === 'restoring')
    throw new AndonError(
      'reservation-unhealthy',
      `${held.host} is not healthy yet; it becomes a casualty when the lease ends`,
    )
  stderr(`andon: ${held.host} is ${state}\n`)
}

/** Runs it to its end. Undefined: it went well. Rejects when it could not be started. */
async function run(
  { cwd, env = process.env }: CliWorld,
  held: Held,
  [file, ...args]: readonly string[],
  stop: AbortSignal,
): Promise<string | undefined> {
  const kept = Object.entries(env).filter(([name]) => !SECRETS.includes(name))
  const child = spawn(file!, args, {
    cwd,
    stdio: 'inherit',
    env: {
      ...Object.fromEntries(kept),
      ANDON_RESERVATION_ID: held.id,
      ANDON_RESERVATION_TOKEN: String(held.token),
      ANDON_RESERVATION_HOST: held.host,
    },
  })
  const cut = AbortSignal.any([held.signal, stop])
  let kill = { cancel() {} }
  const end = () => {
    child.kill('SIGTERM')
    kill = realClock.setTimer(GRACE_MS, () => void child.kill('SIGKILL'))
  }
  cut.addEventListener('abort', end, { once: true })
  try {
    await once(child, 'spawn')
    if (cut.aborted) end()
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
    return code === 0 ? undefined : code === null ? `ended by ${signal}` : `exit code ${code}`
  } finally {
    kill.cancel()
    cut.removeEventListener('abort', end)
  }
}
