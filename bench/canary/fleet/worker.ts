// A fleet of HTTP canaries in a process of its own: `ours`, or `bare`, which is setInterval and fetch and nothing else.
import { httpProbe, startCanaries } from '../../../src/canary/index.ts'
import { memoryMetrics, seededRandom } from '../../../src/core/index.ts'
import { turns } from './turns.ts'

const [mode = 'ours', url = '', checks = '1000', every = '60000'] = process.argv.slice(2)
const count = Number(checks)
const everyMs = Number(every)
const random = seededRandom(5)
const moments = Array.from({ length: count }, () => random())
const watch = turns(everyMs, moments)
let failed = 0
let retests = 0

const fleet: Record<string, () => void> = {
  ours() {
    const probes = moments.map((_, i) => {
      const probe = httpProbe({ name: `canary ${i}`, url, place: `aws/region-${i % 30}` })
      return {
        ...probe,
        run: (context: Parameters<typeof probe.run>[0]) => {
          watch.begun(i)
          return probe.run(context)
        },
      }
    })
    const again = seededRandom(5)
    startCanaries(probes, {
      everyMs,
      timeoutMs: 10_000,
      vantage: 'bench',
      random: again,
      sink: memoryMetrics({ resolutionMs: 60_000 }),
      onRun: (_, run) => {
        if (!run.ok) failed++
        if (run.first) retests++
      },
    })
  },
  bare() {
    const once = async (i: number) => {
      watch.begun(i)
      try {
        const response = await fetch(url, { signal: AbortSignal.timeout(10_000) })
        await response.text()
        if (!response.ok) failed++
      } catch {
        failed++
      }
    }
    for (const [i, moment] of moments.entries())
      setTimeout(() => {
        void once(i)
        setInterval(() => void once(i), everyMs)
      }, moment * everyMs)
  },
}
fleet[mode]!()

let cpu = process.cpuUsage()
let from = performance.now()
let ran = 0
// Whoever measures asks at the beginning of what it measures, and at its end.
process.on('message', (what: 'cpu' | 'memory') => {
  if (what === 'memory') globalThis.gc?.()
  const { user, system } = process.cpuUsage(cpu)
  const share = (user + system) / 1000 / (performance.now() - from)
  const runs = watch.runs() - ran
  process.send?.({
    runs,
    failed,
    retests,
    share,
    latenessP99: watch.latenessP99(),
    heap: process.memoryUsage().heapUsed,
  })
  cpu = process.cpuUsage()
  from = performance.now()
  ran = watch.runs()
})
process.on('disconnect', () => process.exit(0))
setInterval(() => {}, 60_000)
