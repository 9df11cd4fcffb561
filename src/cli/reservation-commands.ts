import { Command, Option } from 'commander'
import { AndonError } from '../core/errors.ts'
import { literalOption, wholeOption } from '../core/options.ts'
import { beforehand } from './beforehand.ts'
import type { CliWorld } from './cli.ts'
import { durationOption } from './duration-option.ts'
import { numeric } from './numeric.ts'
import { type PlanGiven, planFile } from './reservation-plan.ts'
import { casualtyLine, explanationText, reservationLine } from './reservation-print.ts'
import { type ReserveGiven, reserve } from './reservation-reserve.ts'
import { type ServerOptions, withClient, withServer } from './reservation-world.ts'

const ACTIVITY = '--activity <activity>'
const ACTIVITIES = 'restart, long-offline or destroy'
const collect = (value: string, before: readonly string[]) => [...before, value]

type Given<Name extends string> = ServerOptions & { readonly [N in Name]: string }

/** `andon reserve`, `release`, `explain`, …: hosts, and who may take them away. */
export function reservationCommands(world: CliWorld): Command[] {
  const { stdout } = world
  const show = ({ json }: ServerOptions, value: unknown, text: string) =>
    stdout(json ? `${JSON.stringify(value, null, 2)}\n` : text)
  const tokenOf = (self: Command, text: string) =>
    beforehand(self, async () => wholeOption('--token', numeric(text), 1))

  const reserveCommand = withServer(new Command('reserve'))
    .description('ask for a host; with a command, hold it while that runs, and release it by how that ends')
    .argument('<host>', 'its place: partition/region/zone/cell/host')
    .argument('[command...]', 'after --: what to run; 0 is healthy, everything else makes the host a casualty')
    .requiredOption(ACTIVITY, ACTIVITIES)
    .requiredOption('--reason <text>', 'why; others will read it')
    .option('--ttl <duration>', 'how long the lease lasts unless it is renewed')
    .option('--priority <priority>', 'low, normal, high or emergency')
    .option('--wait <duration>', 'stand in line for so long')
    .option('--key <key>', 'the same for every repetition of one request')
    .option('--healthy-within <duration>', 'how long the host may take to be healthy after the command', '10m')
    .option('--break-glass', 'propose what the rules do not allow, for a second person to confirm')
    .addOption(
      new Option('--accept <stripe>', 'with --break-glass: a stripe that may be hurt; may be repeated')
        .argParser(collect)
        .default([]),
    )
    .action((host: string, argv: string[], given: ReserveGiven, self: Command) =>
      reserve(world, self, host, argv, given),
    )

  const confirm = withServer(new Command('confirm'))
    .description('agree, as the second person, to what `reserve --break-glass` proposed')
    .argument('<proposal>')
    .option('--accept <stripe>', 'a stripe that may be hurt, each that was named; may be repeated', collect, [])
    .action((id: string, given: ServerOptions & { readonly accept: readonly string[] }, self: Command) =>
      withClient(world, self, given, async client => {
        const answer = await client.breakGlass.confirm(id, given.accept)
        if (answer.granted) return show(given, answer.reservation, reservationLine(answer.reservation))
        const why = answer.reasons.map(({ message }) => message).join('; ')
        throw new AndonError('reservation-denied', `${id} is not granted all the same (${answer.step}): ${why}`)
      }),
    )

  const renew = withServer(new Command('renew'))
    .description('let a lease last anew')
    .argument('<id>')
    .requiredOption('--token <n>', 'as `reserve` printed it')
    .option('--ttl <duration>', 'how long; default: what it was granted for')
    .action(async (id: string, given: Given<'token'> & { readonly ttl?: string }, self: Command) => {
      const token = await tokenOf(self, given.token)
      const ttlMs = await beforehand(self, async () =>
        given.ttl === undefined ? undefined : durationOption('--ttl', given.ttl),
      )
      await withClient(world, self, given, async client => {
        const reservation = await client.renew({ id, token }, ttlMs)
        show(given, reservation, reservationLine(reservation))
      })
    })

  const release = withServer(new Command('release'))
    .description('give a host back, or up')
    .argument('<id>')
    .requiredOption('--token <n>', 'as `reserve` printed it')
    .requiredOption('--outcome <outcome>', 'healthy; failed: it becomes a casualty; cancelled: nothing was done')
    .option('--reason <text>', 'why; others will read it')
    .option('--wait <duration>', 'ask again for so long while the host is not healthy')
    .action(
      async (id: string, given: Given<'token' | 'outcome'> & Partial<Given<'reason' | 'wait'>>, self: Command) => {
        const token = await tokenOf(self, given.token)
        const terms = await beforehand(self, async () => ({
          outcome: literalOption('--outcome', given.outcome, ['healthy', 'failed', 'cancelled']),
          waitMs: given.wait === undefined ? 0 : durationOption('--wait', given.wait),
        }))
        await withClient(world, self, given, async client => {
          const { outcome, waitMs } = terms
          const { reason } = given
          const answer =
            outcome === 'cancelled'
              ? await client.cancel({ id, token }, reason ?? 'cancelled')
              : await client.release({ id, token }, { outcome, waitMs, ...(reason !== undefined && { reason }) })
          const why = answer.state === 'restoring' ? `: ${answer.reasons.map(({ message }) => message).join('; ')}` : ''
          show(given, answer, `${answer.state}${why}\n`)
        })
      },
    )

  const explain = withServer(new Command('explain'))
    .description('what each check says to a request now, and what would have to change; nothing is done')
    .argument('<host>')
    .requiredOption(ACTIVITY, ACTIVITIES)
    .action(async (host: string, given: Given<'activity'>, self: Command) => {
      const activity = await beforehand(self, async () =>
        literalOption('--activity', given.activity, ['restart', 'long-offline', 'destroy'] as const),
      )
      await withClient(world, self, given, async client => {
        const explanation = await client.explain({ host, activity })
        show(given, explanation, explanationText(explanation))
      })
    })

  const list = withServer(new Command('list'))
    .description('live reservations')
    .option('--host <host>', 'only of this host')
    .option('--holder <principal>', 'only of this one')
    .action((given: ServerOptions & { readonly host?: string; readonly holder?: string }, self: Command) =>
      withClient(world, self, given, async client => {
        const { host, holder } = given
        const found = await client.list({
          ...(host !== undefined && { host }),
          ...(holder !== undefined && { holder }),
        })
        show(given, found, found.map(reservationLine).join(''))
      }),
    )

  const casualties = withServer(new Command('casualties'))
    .description('hosts that did not come back')
    .action((given: ServerOptions, self: Command) =>
      withClient(world, self, given, async client => {
        const found = await client.casualties()
        show(given, found, found.map(casualtyLine).join(''))
      }),
    )

  const resolve = withServer(new Command('resolve'))
    .description('say what became of a casualty')
    .argument('<host>')
    .requiredOption('--as <what>', 'repaired: back with its data; destroyed: back empty; retired: gone')
    .requiredOption('--reason <text>', 'how that is known; others will read it')
    .action(async (host: string, given: Given<'as' | 'reason'>, self: Command) => {
      const as = await beforehand(self, async () =>
        literalOption('--as', given.as, ['repaired', 'destroyed', 'retired'] as const),
      )
      await withClient(world, self, given, async client => {
        await client.resolve(host, as, given.reason)
        show(given, { host, as }, `${as}\n`)
      })
    })

  const plan = new Command('plan')
    .description('divide the hosts of a placement into groups that may be away together')
    .argument('<file>', 'JSON: { version, stripes, hosts? }')
    .option('--tolerance <n>', 'members of one stripe that a group may hold; default: 1')
    .option('--rack-share <share>', 'how much of a rack a group may hold, 0 to 1; default: 1')
    .option('--group-size <n>', 'how many hosts a group may hold; default: any number')
    .addOption(
      new Option('--zone <zone>', 'the zones in their order; may be repeated; default: as they come')
        .argParser(collect)
        .default([]),
    )
    .option('--json', 'print it as JSON')
    .action((file: string, given: PlanGiven, self: Command) => planFile(world, self, file, given))

  return [reserveCommand, confirm, renew, release, explain, list, casualties, resolve, plan]
}
