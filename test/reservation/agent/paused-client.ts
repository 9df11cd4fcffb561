// A client as a process of its own, which a test stops and lets go on. It reserves, says so, and on a line of input says
// what it believes and acts through the agent on its host.
import { createInterface } from 'node:readline'
import { createHostAgent } from '../../../src/reservation/agent/create-host-agent.ts'
import { createReservationClient } from '../../../src/reservation/client/create-reservation-client.ts'
import { host, signerOf } from '../http-world.ts'

const [url, ttlMs] = process.argv.slice(2) as [string, string]
const client = createReservationClient({ url, sign: signerOf('robot') })
const held = await client.reserve({ host: host(1), activity: 'restart', reason: 'a test', ttlMs: Number(ttlMs) })
const agent = createHostAgent({ authority: client, host: host(1), minLeftMs: 50 })
process.stdout.write('reserved\n')
for await (const _ of createInterface({ input: process.stdin })) {
  const acted = await agent.guard(held.token, () => 'acted').catch((error: { code: string }) => error.code)
  process.stdout.write(`${acted} ${held.signal.aborted ? 'lost' : 'held'}\n`)
}
