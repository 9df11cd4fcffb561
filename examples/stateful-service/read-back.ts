import type { History } from './history.ts'
import type { QuorumClient } from './quorum.ts'

/** Reads every key of which a write was acknowledged; resolves to those that are older than that, or gone. */
export async function readBack(
  client: QuorumClient,
  acknowledged: ReadonlyMap<string, string>,
  history: History,
): Promise<string[]> {
  const lost: string[] = []
  const process = 'read-back'
  for (const [key, stamp] of acknowledged) {
    history.note({ process, type: 'invoke', op: 'read', key })
    const found = await client.read(key).catch(() => undefined)
    if (found) history.note({ process, type: 'ok', op: 'read', key, value: found.stamp === '' ? null : found.value })
    else history.note({ process, type: 'fail', op: 'read', key })
    if (!found || found.stamp < stamp) lost.push(key)
  }
  return lost
}
