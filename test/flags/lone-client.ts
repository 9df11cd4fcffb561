// A client whose source and disk are both away, evaluated for a while and never closed. Its process must end by itself.
import { createFlagClient, defineFlags } from '../../src/flags/index.ts'
import { agentSource } from '../../src/flags/sources/agent-source.ts'

process.on('unhandledRejection', error => {
  console.log(`unhandled ${error}`)
  process.exitCode = 1
})
let errors = 0
const flags = createFlagClient({
  // Nobody listens on the port of the discard service.
  source: agentSource({ application: 'a', environment: 'e', profile: 'p', url: 'http://127.0.0.1:9' }),
  flags: defineFlags({ a: { enabled: true } }),
  lastKnownGood: { path: '/sys/kernel/andon-flags' },
})
flags.onError(() => {
  errors++
})
flags.onError(() => {
  throw new Error('a listener of my own')
})
// A listener may well be asynchronous, whatever its type says.
flags.onError((() => Promise.reject(new Error('and one that rejects'))) as () => void)
const { from } = await flags.ready({ timeoutMs: 300 })
console.log(from, flags.enabled('a', {}))
for (let i = 0; i < 1000; i++) flags.evaluate('a', {})
console.log('errors', errors)
