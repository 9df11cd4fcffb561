import type { Subject, Verdict } from '../../core/verdict.ts'
import { verdict } from '../../core/verdict.ts'
import type { TrafficReading } from './reading.ts'

/** A reading as a verdict: dropped is `stop`, steady `go`, anything else `wait`. */
export function trafficVerdict(reading: TrafficReading, about: { source: string; subject?: Subject }): Verdict {
  const { status, code, at, count, expected, lost, since } = reading
  const basis = { ...about, at, evidence: reading }
  const ask = `${Math.round(count)} requests in the last minute, ${Math.round(expected)} expected`
  if (status === 'dropped') {
    const percent = ((lost ?? 0) * 100).toFixed(0)
    const when = new Date(since ?? at).toISOString()
    return verdict('stop', basis, code, `traffic is down by ${percent} % since about ${when} (${ask})`)
  }
  if (status === 'steady') return verdict('go', basis, code, `traffic is as in past weeks (${ask})`)
  const words: Record<string, string> = {
    'no-data': 'no minute of traffic came lately',
    'stale-baseline': 'the baseline is too old: learn it anew from the newest weeks',
    'clock-back': 'the last minute that came lies in the future: a clock jumped',
  }
  return verdict('wait', basis, code, words[code] ?? code)
}
