import { createShadow } from '../../src/shadow/index.ts'
import { type Figure, figure, median } from '../figure.ts'
import { measure as jsonDiff } from './json-diff.ts'
import { type Loaded, load, type Process, start } from './load.ts'

const SUBJECT = 'shadow'
const ROUNDS = 9
const REQUESTS = 8000
const BUDGET_MB = 16

export async function measure(tell: (figure: Figure) => void): Promise<void> {
  tell(unsampled())
  await mirrored(tell)
  await misbehaving(tell)
  await jsonDiff(tell)
}

/** The function by itself: what stands in the way of a request that is not copied. */
function unsampled(): Figure {
  const shadow = createShadow({ candidate: 'http://127.0.0.1:9', sample: 0 })
  const request = { method: 'GET', url: '/items/1', headers: {} } as never
  // Each request has a response of its own, as in life: what is remembered of it costs more than what is asked of it.
  const responses = Array.from({ length: 1_000_000 }, () => ({}) as never)
  const once = () => {
    const from = performance.now()
    for (const response of responses) shadow.tap(request, response)
    return (performance.now() - from) / 1000
  }
  once()
  return figure(SUBJECT, 'an unsampled request, time added', median(Array.from({ length: 9 }, once)), 'µs')
}

/** All kinds in each round, one after the other: what the machine does to one, it does to the others. */
async function mirrored(tell: (figure: Figure) => void): Promise<void> {
  const candidate = await start('./candidate.ts', 'well')
  const servers: Record<string, Process> = {}
  for (const [name, ...args] of [
    ['bare', 'bare'],
    ['again', 'bare'],
    ['fetch', 'fetch', candidate.origin],
    ['pool', 'pool', candidate.origin],
    ['shadow', 'shadow', candidate.origin],
    ['tenth', 'shadow', candidate.origin, '0.1'],
  ] as [string, ...string[]][])
    servers[name] = await start('./server.ts', ...args)
  for (const server of Object.values(servers)) await load(server, REQUESTS / 2)
  const rounds: Record<string, Loaded>[] = []
  for (let i = 0; i < ROUNDS; i++) {
    const round: Record<string, Loaded> = {}
    for (const [name, server] of Object.entries(servers)) round[name] = await load(server, REQUESTS)
    rounds.push(round)
  }
  for (const server of [...Object.values(servers), candidate]) server.kill()

  const cpu = (name: string) => median(rounds.map(r => r[name]!.usage.cpuUs / REQUESTS))
  const added = (name: string) => median(rounds.map(r => (r[name]!.usage.cpuUs - r.bare!.usage.cpuUs) / REQUESTS))
  const sent = rounds.at(-1)!.shadow!.usage
  const beside = `bare ${cpu('bare').toFixed(1)} µs; naive fetch adds ${added('fetch').toFixed(1)}, undici's pool with a comparison of bytes ${added('pool').toFixed(1)}; bare against bare ${added('again').toFixed(1)}; ${sent.same} compared, ${sent.skipped} skipped, ${sent.failures} failures`
  tell(figure(SUBJECT, 'a mirrored 2 KB request with equal bodies, CPU added', added('shadow'), 'µs', beside))
  tell(figure(SUBJECT, '10 % sampling, CPU added', added('tenth'), 'µs'))
  const rates = (name: string) => median(rounds.map(r => r[name]!.perSecond / r.bare!.perSecond))
  tell(
    figure(
      SUBJECT,
      '10 % sampling, throughput beside bare',
      rates('tenth'),
      'x',
      `bare against bare ${rates('again').toFixed(3)}`,
    ),
  )
  const p99 = (name: string) => rounds.map(r => r[name]!.p99Ms / r.bare!.p99Ms)
  const spread = p99('again')
    .sort((a, b) => a - b)
    .at(-1)!
  const excess = median(p99('tenth')) / Math.max(1, spread)
  const words = `p99 ${median(p99('tenth')).toFixed(3)} times bare's; bare against bare ${median(p99('again')).toFixed(3)}, at most ${spread.toFixed(3)}`
  tell(figure(SUBJECT, '10 % sampling, p99 beside what bare against bare shows', excess, 'x', words))
}

/** With everything copied to a candidate that does its worst. */
async function misbehaving(tell: (figure: Figure) => void): Promise<void> {
  for (const how of ['hung', 'dead', 'slow', 'huge']) {
    const candidate = await start('./candidate.ts', how)
    const [bare, again] = [await start('./server.ts', 'bare'), await start('./server.ts', 'bare')]
    const server = await start('./server.ts', 'shadow', candidate.origin)
    for (const one of [bare, again, server]) await load(one, REQUESTS / 2)
    const rounds: { bare: Loaded; again: Loaded; shadow: Loaded }[] = []
    for (let i = 0; i < 5; i++)
      rounds.push({
        bare: await load(bare, REQUESTS),
        again: await load(again, REQUESTS),
        shadow: await load(server, REQUESTS),
      })
    for (const one of [candidate, bare, again, server]) one.kill()
    const ratio = (a: 'again' | 'shadow') => rounds.map(r => r[a].p99Ms / r.bare.p99Ms)
    const spread = Math.max(1, ...ratio('again'))
    const memory = median(rounds.map(r => (r.shadow.usage.peak - r.bare.usage.peak) / 2 ** 20)) - BUDGET_MB
    const failed = rounds.reduce((n, r) => n + r.shadow.failed, 0)
    tell(
      figure(
        SUBJECT,
        `candidate ${how}: p99 beside what bare against bare shows`,
        median(ratio('shadow')) / spread,
        'x',
        `p99 ${median(ratio('shadow')).toFixed(3)} times bare's; bare against bare at most ${spread.toFixed(3)}`,
      ),
    )
    tell(
      figure(
        SUBJECT,
        `candidate ${how}: memory above bare and the byte budget`,
        memory,
        'MB',
        `a budget of ${BUDGET_MB} MB`,
      ),
    )
    tell(figure(SUBJECT, `candidate ${how}: errors that clients saw`, failed, ''))
  }
}
