import type { Command } from 'commander'
import { AndonError } from '../core/errors.ts'
import { invalid } from '../core/options.ts'
import type { ReservationClient } from '../reservation/client/index.ts'
import { beforehand } from './beforehand.ts'
import type { CliWorld } from './cli.ts'

/** What every command has that asks a reservation server. */
export interface ServerOptions {
  readonly url?: string
  readonly json?: true
}

/** Adds the options. Who asks stands in the environment, for what is typed can be read by others on the machine. */
export const withServer = (command: Command): Command =>
  command
    .option('--url <url>', 'the reservation server; default: ANDON_RESERVATION_URL')
    .option('--json', 'print it as JSON')
    .addHelpText(
      'after',
      '\nWho asks: ANDON_PRINCIPAL and ANDON_SECRET (signed requests), or ANDON_TOKEN (a bearer token).',
    )

/** Asks the server with a client that is closed afterwards. What is missing is wrong usage. */
export async function withClient<T>(
  { env = process.env, stderr }: CliWorld,
  command: Command,
  { url = env.ANDON_RESERVATION_URL }: ServerOptions,
  work: (client: ReservationClient) => Promise<T>,
): Promise<T> {
  const client = await beforehand(command, async () => {
    // Other commands do not pay for it.
    const [{ createReservationClient }, { hmacSigner }] = await Promise.all([
      import('../reservation/client/index.ts'),
      import('../parts/server/index.ts'),
    ])
    if (!url) throw invalid('--url', 'the URL of a reservation server, here or in ANDON_RESERVATION_URL', url)
    const { ANDON_PRINCIPAL: principal, ANDON_SECRET: secret, ANDON_TOKEN: token } = env
    const logger = { warn: (text: string) => stderr(`${text}\n`) }
    if (token) return createReservationClient({ url, token, logger })
    if (principal && secret) return createReservationClient({ url, sign: hmacSigner({ principal, secret }), logger })
    throw new AndonError(
      'no-credentials',
      'who asks: expected ANDON_PRINCIPAL and ANDON_SECRET, or ANDON_TOKEN, in the environment',
    )
  })
  try {
    return await work(client)
  } finally {
    await client.close()
  }
}
