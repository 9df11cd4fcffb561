// A process that lends itself an account of the pool over the store at argv[2] (a file, or an address of PostgreSQL),
// and does with it what argv[3] says: `use` keeps it, `line` too, but says before that it asks, `clean` gives it back and
// never ends the cleaning, `loop` uses accounts one after the other for ever. It prints what it does.
import { postgresLeases, sqliteLeases } from '../../../src/parts/leases/index.ts'
import { createResourcePool } from '../../../src/scenarios/pool/index.ts'

const [, , address = '', what = 'use'] = process.argv
const store = address.startsWith('postgres:') ? postgresLeases({ connectionString: address }) : sqliteLeases(address)
const pool = createResourcePool({
  store,
  kinds: {
    account: {
      resources: [{ name: 'a', value: { user: 'a' } }],
      clean: ({ name, token }) => {
        console.log(`cleaning ${name} ${token}`)
        return what === 'clean' ? new Promise(() => {}) : undefined
      },
    },
  },
  leaseMs: 1000,
  pollMs: 20,
  holder: `process ${process.pid}`,
})
if (what === 'line') console.log('asking')
for (;;) {
  const account = await pool.take('account')
  console.log(`took ${account.name} ${account.token}`)
  if (what === 'clean') await account.release()
  if (what === 'loop') await account.release()
  else await new Promise(resolve => setTimeout(resolve, 60_000))
}
