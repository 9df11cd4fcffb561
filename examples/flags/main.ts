// A shop's new checkout, from its own accounts to everybody and back, in a few seconds: an Express service that asks a
// flag, audiences in a file with a ladder that opens them, a gate that watches for errors, and the emergency cord.
// Run it: node examples/flags/main.ts
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express from 'express'
import { type Gate, verdict } from '../../src/core/index.ts'
import { changeDocument, createLadder, fileWriter, flagCord } from '../../src/flags/control/index.ts'
import { createFlagClient, defineFlags, type ExpressLike, expressFlags, fileSource } from '../../src/flags/index.ts'

const folder = await mkdtemp(join(tmpdir(), 'andon-flags-example-'))
const [document, audiences] = [join(folder, 'flags.json'), join(folder, 'audiences.json')]
const ada = (reason: string) => ({ by: 'ada', reason })

// What is off for everybody, and who it is going to be opened to. Checked before it is written.
await changeDocument(fileWriter(document), () => ({ 'new-checkout': { enabled: false } }), ada('a new flag'))
await changeDocument(
  fileWriter(audiences),
  () => ({
    'new-checkout': {
      key: 'accountId',
      deny: ['account-13'],
      cohorts: [
        { name: 'own', list: ['account-0'] },
        { name: 'internal', rule: '(ends_with $email "@shop.example")' },
      ],
      ladder: { rungs: ['own', 'internal', { name: 'all', ramp: [0.1, 0.5, 1] }] },
    },
  }),
  { ...ada('its audience'), kind: 'audiences' },
)

const declared = defineFlags({ 'new-checkout': { enabled: false } })
const flags = createFlagClient({ source: fileSource(document), audiences: fileSource(audiences), flags: declared })
await flags.ready({ required: true })

// The service: one snapshot a request. The new checkout cannot deal with account-17, which nobody knows yet.
type ShopRequest = express.Request & ExpressLike<keyof typeof declared>
const context = (request: express.Request) => ({
  accountId: String(request.query.account),
  email: String(request.query.email ?? ''),
})
const seen = { all: 0, failed: 0 }
const app = express()
app.use(expressFlags(flags, { context }))
app.get('/checkout', (request: ShopRequest, response) => {
  const fresh = request.flags!.enabled('new-checkout')
  const broken = fresh && request.query.account === 'account-17'
  seen.all++
  if (broken) seen.failed++
  response.status(broken ? 500 : 200).send(fresh ? 'new' : 'old')
})
const server = app.listen(0, '127.0.0.1')
await once(server, 'listening')
const { port } = server.address() as AddressInfo

/** Every account checks out once; answers how many got the new one. */
async function everybody(): Promise<number> {
  Object.assign(seen, { all: 0, failed: 0 })
  let fresh = 0
  for (let i = 0; i < 200; i++) {
    const email = i % 10 === 0 ? `user${i}@shop.example` : `user${i}@example.com`
    const answer = await fetch(`http://127.0.0.1:${port}/checkout?account=account-${i}&email=${email}`)
    if ((await answer.text()) === 'new') fresh++
  }
  return fresh
}

const gate: Gate = {
  name: 'checkout-errors',
  check: async ({ version }) => {
    const basis = { source: 'checkout-errors', at: Date.now(), subject: { version }, evidence: { ...seen } }
    const text = `${seen.failed} of ${seen.all} checkouts failed`
    if (seen.all === 0) return verdict('wait', basis, 'few-data', text)
    return verdict(seen.failed > 0 ? 'stop' : 'go', basis, 'errors', text)
  },
}
const cord = flagCord({ writer: fileWriter(document), flags })
await cord.release('ada', 'nothing is wrong yet')
await flags.refresh()
const ladder = createLadder({ flag: 'new-checkout', writer: fileWriter(audiences), gate, cord })

await everybody()
for (;;) {
  const step = await ladder.advance(ada('it looks well'))
  if (!step.moved) {
    console.log(`not further: ${step.verdict?.reasons[0]?.message ?? 'it is open to everybody'}`)
    if (step.verdict?.decision === 'stop') await ladder.retreat({ ...ada('checkouts fail'), to: { rung: 'internal' } })
    break
  }
  await flags.refresh()
  console.log(`open to ${step.to!.rung} ${step.to!.share * 100} %: ${await everybody()} of 200 accounts have it`)
}
await flags.refresh()
console.log(`after the retreat: ${await everybody()} of 200, ${seen.failed} checkouts failed`)

await cord.pull('hold', 'on-call', 'we look into it')
await flags.refresh()
const held = await ladder.advance(ada('again?'))
console.log(`with the cord pulled: ${held.moved ? 'moved' : held.verdict?.reasons[0]?.message}`)
const { enabled, reason, list } = flags.evaluate('new-checkout', { accountId: 'account-13', email: 'x@shop.example' })
console.log(`account-13 is denied whatever else is said: ${enabled} (${reason}, ${list})`)

await flags.close()
server.close()
await rm(folder, { recursive: true })
