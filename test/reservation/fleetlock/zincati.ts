// Behaves as Zincati does: releases whatever it may hold until it is told that it holds nothing, then asks for the lock
// until it gets it, and then "reboots" (ends). Bodies without a content type, no heartbeats, every refusal is asked again.
import { request } from 'node:http'

const [base, id, group, token, everyMs, ...calls] = process.argv.slice(2) as [string, string, string, string, string]

function post(call: string): Promise<{ status: number; kind: string }> {
  return new Promise((resolve, reject) => {
    const headers = {
      'fleet-lock-protocol': 'true',
      authorization: `Basic ${Buffer.from(`${id}:${token}`).toString('base64')}`,
    }
    const asking = request(`${base}/v1/${call}`, { method: 'POST', headers }, answer => {
      const status = answer.statusCode!
      let text = ''
      answer.on('data', part => (text += part))
      answer.once('end', () => resolve({ status, kind: kindIn(text) ?? `generic_http_${status}` }))
    })
    asking.once('error', reject)
    asking.end(JSON.stringify({ client_params: { id, group } }, null, 2))
  })
}

/** As the client does: what cannot be read is told by its status. */
function kindIn(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { kind?: string }).kind
  } catch {
    return undefined
  }
}

// With the name of one call, the node has no other wish.
for (const call of calls.length > 0 ? calls : ['steady-state', 'pre-reboot']) {
  let last = ''
  for (;;) {
    const { status, kind } = await post(call).catch(() => ({ status: 0, kind: 'unreachable' }))
    if (status === 200) break
    // Each refusal once: how often it is asked is a matter of time.
    if (last !== kind) console.log(`${call} ${kind}`)
    last = kind
    await new Promise(resolve => setTimeout(resolve, Number(everyMs)))
  }
  console.log(`${call} ok`)
}
