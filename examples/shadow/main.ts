// A shop swaps its JSON library and its rounding. Its customers keep their answers; a second of traffic later the
// report names the three differences that nobody meant, and none of the four kinds of noise.
// Run it: node examples/shadow/main.ts [report.html]
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createShadow } from '../../src/shadow/index.ts'
import { NEW, OLD, shop } from './shop.ts'

const REQUESTS = 300

async function start(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const [candidate, secondary] = [shop(NEW), shop(OLD)]
const shadow = createShadow({
  candidate: await start(candidate),
  // A second instance of the version that customers have: what differs there as well is noise.
  secondary: await start(secondary),
  sample: 1,
  compare: { keyed: { '$.items': 'id' } },
})
const primary = shop(OLD, shadow.express())
const origin = await start(primary)

let failed = 0
for (let i = 0; i < REQUESTS; i += 10) {
  const answers = await Promise.all(Array.from({ length: 10 }, (_, k) => fetch(`${origin}/orders/${i + k}`)))
  for (const answer of answers) if (!answer.ok || (await answer.text()) === '') failed++
}
await shadow.close()

const { counts, endpoints } = shadow.report()
console.log(
  `${REQUESTS} customers' requests, ${failed} failed; ${counts.mirrored} copied, ${counts.mismatched} answers differ`,
)
for (const { endpoint, differences, noise } of endpoints) {
  console.log(endpoint)
  for (const d of differences)
    console.log(
      `  differs: ${d.field} in ${((d.candidateRate ?? 0) * 100).toFixed(0)} % (${d.examples[0]?.difference.primary ?? 'nothing'} → ${d.examples[0]?.difference.candidate ?? 'nothing'})`,
    )
  console.log(
    `  noise: ${noise
      .map(n => n.field)
      .sort()
      .join(', ')}`,
  )
}
const verdict = await shadow
  .gate({ maxMismatchRate: 0.001, minComparisons: 200 })
  .check({ run: 'example', version: 'new', phase: 'before', since: 0, signal: new AbortController().signal })
console.log(`the gate says ${verdict.decision}`)
const report = process.argv[2]
if (report !== undefined) await shadow.writeHtml(report, { title: 'The shop with another JSON library' })
for (const server of [primary, candidate, secondary]) {
  server.closeAllConnections()
  server.close()
}
