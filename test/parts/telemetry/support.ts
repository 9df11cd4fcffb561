import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { onTestFinished } from 'vitest'
import { type VirtualClock, virtualClock } from '../../../src/core/index.ts'
import { loadCloudWatch } from '../../../src/parts/telemetry/cloudwatch/load-cloud-watch.ts'
import { type CloudWatchSinkOptions, cloudWatchSink, type TelemetrySink } from '../../../src/parts/telemetry/index.ts'
import { type StoredDatum, startCloudWatchServer } from '../../../src/testing/cloudwatch/index.ts'

export const START = Date.UTC(2026, 5, 1)

/** The real SDK's client of a server. */
export function sdkClient(endpoint: string) {
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }
  return new CloudWatchClient({ region: 'eu-north-1', endpoint, credentials })
}

/** A client that knows whether a call is under way. */
export function watched(client: CloudWatchClient) {
  const pending = new Set<Promise<unknown>>()
  return {
    pending,
    send(command: never, options?: { abortSignal?: AbortSignal }) {
      const answer = client.send(command, options ?? {}) as unknown as Promise<unknown>
      const over = answer.then(
        () => void pending.delete(over),
        () => void pending.delete(over),
      )
      pending.add(over)
      return answer
    },
  }
}

/** A server, the SDK's client of it, and a sink, all on one virtual clock. */
export async function world(options: Partial<CloudWatchSinkOptions> = {}) {
  // Loaded before: the clock must not run while a module is read.
  await loadCloudWatch()
  const clock = virtualClock(START)
  const server = await startCloudWatchServer({ clock })
  onTestFinished(() => server.close())
  const client = watched(sdkClient(server.endpoint))
  const sink = cloudWatchSink({ client, clock, namespace: 'Test', random: () => 0.5, ...options })
  return { clock, server, client, sink, ...driver(clock, client.pending) }
}

/** Moves a virtual clock, and gives real sockets the time they need. */
function driver(clock: VirtualClock, pending: ReadonlySet<Promise<unknown>>) {
  // A call that hangs is left alone after a while: it is for the clock to end it.
  const idle = async () => {
    const tired = AbortSignal.timeout(200)
    await clock.advance(0)
    while (pending.size > 0 && !tired.aborted) await new Promise(resolve => setTimeout(resolve, 1))
    await clock.advance(0)
  }
  const pass = async (ms: number, stepMs = 500) => {
    for (let left = ms; left > 0; left -= stepMs) {
      await idle()
      await clock.advance(Math.min(left, stepMs))
    }
    await idle()
  }
  /** Lets time pass until something is over. */
  const until = async <T>(work: Promise<T>): Promise<T> => {
    let over = false
    const watch = work.finally(() => (over = true))
    while (!over) await pass(250, 250)
    return watch
  }
  return { pass, until }
}

/** How often each value was published: `metric {dimensions} minute unit value` → times. */
export function tallyOf(data: readonly StoredDatum[]): Record<string, number> {
  const tally: Record<string, number> = {}
  for (const d of data) {
    if (d.metric === 'TelemetryDropped') continue
    for (const [i, value] of d.values.entries()) {
      const key = JSON.stringify([d.metric, Object.entries(d.dimensions).sort(), d.at, d.unit, value])
      tally[key] = (tally[key] ?? 0) + d.counts[i]!
    }
  }
  return tally
}

/** Points published, whatever they are. */
export const pointsIn = (data: readonly StoredDatum[]) =>
  data.filter(d => d.metric !== 'TelemetryDropped').reduce((sum, d) => sum + d.counts.reduce((a, b) => a + b, 0), 0)

/** The counts add up. */
export const balanced = ({ counts }: TelemetrySink) =>
  counts.recorded === counts.sent + counts.buffered + Object.values(counts.dropped).reduce((a, b) => a + b, 0)
