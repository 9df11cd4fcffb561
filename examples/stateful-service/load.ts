import type { History } from './history.ts'
import type { QuorumClient } from './quorum.ts'

/** What the clients have seen so far. */
export interface LoadCount {
  writes: number
  reads: number
  /** Requests that no majority answered. */
  failed: number
  /** What was read or acknowledged and then read older: must stay 0. */
  backward: number
}

const CLIENTS = 4
const KEYS = 200
const PAUSE_MS = 4

/** Clients that write and read all the time, until they are ended. */
export function startLoad(client: QuorumClient, history: History) {
  const count: LoadCount = { writes: 0, reads: 0, failed: 0, backward: 0 }
  /** The newest write of each key that was acknowledged. */
  const acknowledged = new Map<string, string>()
  let ended = false
  let serial = 0

  const write = async (process: string, key: string): Promise<boolean> => {
    const value = `v${++serial}`
    history.note({ process, type: 'invoke', op: 'write', key, value })
    const written = await client.write(key, value, `${process}.${serial}`)
    const type = ({ acknowledged: 'ok', refused: 'fail', unknown: 'info' } as const)[written.state]
    history.note({ process, type, op: 'write', key, value })
    if (written.state !== 'acknowledged') count.failed++
    else {
      count.writes++
      if (written.stamp > (acknowledged.get(key) ?? '')) acknowledged.set(key, written.stamp)
    }
    return written.state !== 'unknown'
  }
  const read = async (process: string, key: string): Promise<void> => {
    const known = acknowledged.get(key) ?? ''
    history.note({ process, type: 'invoke', op: 'read', key })
    try {
      const { stamp, value } = await client.read(key)
      history.note({ process, type: 'ok', op: 'read', key, value: stamp === '' ? null : value })
      count.reads++
      if (stamp < known) count.backward++
    } catch {
      history.note({ process, type: 'fail', op: 'read', key })
      count.failed++
    }
  }
  const work = async (name: string) => {
    let life = 0
    while (!ended) {
      const process = `${name}.${life}`
      const key = `key-${Math.floor(Math.random() * KEYS)}`
      if (Math.random() < 0.5) await read(process, key)
      else if (!(await write(process, key))) life++
      await new Promise(resolve => setTimeout(resolve, PAUSE_MS))
    }
  }
  const clients = Array.from({ length: CLIENTS }, (_, i) => work(`client-${i + 1}`))
  return {
    count,
    acknowledged: acknowledged as ReadonlyMap<string, string>,
    async end() {
      ended = true
      await Promise.all(clients)
    },
  }
}
