import { deadline } from '../core/abort.ts'
import type { MetricSink } from '../core/metrics.ts'
import { messageOf } from '../core/options.ts'
import { realClock } from '../core/real-clock.ts'

/** What sinks that send later have besides `record`; see `TelemetrySink`. */
interface EndingSink extends MetricSink {
  close?(options: { readonly timeoutMs: number }): Promise<unknown>
  flush?(options: { readonly timeoutMs: number }): Promise<unknown>
  readonly counts?: {
    readonly buffered?: number
    readonly dropped?: Readonly<Record<string, number>>
  }
}

/** For giving up by itself, when it is told to end within a time, and for saying so. */
const GRACE_MS = 1000

/**
 * Has a sink send what it still has, and closes it, within `timeoutMs` (milliseconds, default 10,000). Resolves to what
 * was lost, a line each. Never rejects.
 */
export async function endSink(sink: MetricSink | undefined, timeoutMs = 10_000): Promise<readonly string[]> {
  if (sink === undefined) return []
  const ending = sink as EndingSink
  const lines: string[] = []
  const end = async () => {
    const options = { timeoutMs: Math.max(1, timeoutMs - GRACE_MS) }
    await (typeof ending.close === 'function' ? ending.close(options) : ending.flush?.(options))
  }
  try {
    await deadline(realClock, timeoutMs, 'closing it', end)
  } catch (error) {
    lines.push(`the metric sink failed: ${messageOf(error)}`)
  }
  try {
    const { buffered = 0, dropped = {} } = ending.counts ?? {}
    const why = Object.entries(dropped).filter(([, n]) => n > 0)
    const lost = why.reduce((sum, [, n]) => sum + n, 0)
    if (lost > 0) lines.push(`the metric sink dropped ${lost} points (${why.map(([r, n]) => `${r}: ${n}`).join(', ')})`)
    if (buffered > 0) lines.push(`the metric sink has not sent ${buffered} points`)
  } catch (error) {
    lines.push(`the metric sink's counts: ${messageOf(error)}`)
  }
  return lines
}
