// Lists of a million ids, each figure in a process of its own: what one leaves on the heap is not the next one's burden.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { seededRandom } from '../../src/core/index.ts'
import { buildIdList, listFile, listHolder } from '../../src/flags/index.ts'
import { type Figure, figure, median } from '../figure.ts'

const SUBJECT = 'flags'
const COUNT = 1_000_000
const QUERIES = 500_000
const ROUNDS = 15
const SWAPS = 15
const SELF = fileURLToPath(import.meta.url)

export async function measure(tell: (figure: Figure) => void): Promise<void> {
  const run = <T>(part: string): T =>
    JSON.parse(execFileSync(process.execPath, ['--expose-gc', SELF, part], { encoding: 'utf8' })) as T
  const at = run<Lookup>('lookup')
  tell(
    figure(
      SUBJECT,
      'list of 1,000,000 ids, lookup beside a plain Set',
      at.ratio,
      'x',
      `plain Set: ours ${at.ours.toFixed(0)} ns, Set ${at.set.toFixed(0)} ns with its hashes known (hits ${at.hits.toFixed(2)}x, misses ${at.misses.toFixed(2)}x; strings never hashed before ${at.fresh.toFixed(2)}x; Set against Set ${at.same.toFixed(2)}x; heap used by ${QUERIES} lookups ${at.allocated} B); median of ${ROUNDS} rounds`,
    ),
  )
  const memory = run<Memory>('memory')
  tell(
    figure(
      SUBJECT,
      'list of 1,000,000 ids, bytes an id',
      memory.ours,
      'B',
      `plain Set: ${memory.set.toFixed(1)} B (ids of 12 digits; arrayBuffers and heapUsed after gc)`,
    ),
  )
  const delay = run<Delay>('delay')
  tell(
    figure(
      SUBJECT,
      'swapping in a fresh million-id list, event-loop delay p99',
      Math.max(delay.text.p99, delay.file.p99),
      'ms',
      `the loop at rest ${delay.rest.p99.toFixed(2)} ms, one new Set ${delay.set.toFixed(0)} ms; from a text ${delay.text.p99.toFixed(2)} (max ${delay.text.max.toFixed(1)}, ${delay.text.took.toFixed(0)} ms a swap), from a file ${delay.file.p99.toFixed(2)} (max ${delay.file.max.toFixed(1)}, ${delay.file.took.toFixed(0)} ms a swap); ${SWAPS} swaps each, the first ones included`,
    ),
  )
}

/** Account ids: twelve digits, leading zeros and all. */
function ids(count: number, seed: number): string[] {
  const random = seededRandom(seed)
  return Array.from({ length: count }, () => String(Math.floor(random() * 1e12)).padStart(12, '0'))
}

/** The same characters in strings of their own, of which nobody has asked the hash yet. */
const fresh = (list: readonly string[]) => list.map(id => Buffer.from(id, 'latin1').toString('latin1'))

type Lookup = Record<'ratio' | 'ours' | 'set' | 'hits' | 'misses' | 'fresh' | 'same' | 'allocated', number>

async function lookup(): Promise<Lookup> {
  const all = ids(COUNT, 1)
  const list = await buildIdList(all)
  const set = new Set(all)
  const random = seededRandom(2)
  const hits = fresh(Array.from({ length: QUERIES }, () => all[Math.floor(random() * COUNT)]!))
  const misses = fresh(ids(QUERIES, 3)).filter(id => !set.has(id))
  const mixed = Array.from({ length: QUERIES }, (_, i) => (random() < 0.5 ? hits[i]! : (misses[i] ?? misses[0]!)))
  // Two loops of the same words, so that neither call site sees both kinds.
  const inSet = (queries: readonly string[]) => {
    const from = performance.now()
    let found = 0
    for (let i = 0; i < queries.length; i++) if (set.has(queries[i]!)) found++
    return { found, ns: ((performance.now() - from) * 1e6) / queries.length }
  }
  const inList = (queries: readonly string[]) => {
    const from = performance.now()
    let found = 0
    for (let i = 0; i < queries.length; i++) if (list.has(queries[i]!)) found++
    return { found, ns: ((performance.now() - from) * 1e6) / queries.length }
  }
  const compare = (queries: () => readonly [readonly string[], readonly string[]], rounds: number) => {
    const rows: { ours: number; set: number; ratio: number; same: number }[] = []
    for (let i = 0; i < rounds; i++) {
      const [forSet, forOurs] = queries()
      const one = inSet(forSet)
      const ours = inList(forOurs)
      const other = inSet(forSet)
      if (one.found !== ours.found) throw new Error(`the Set found ${one.found}, the list ${ours.found}`)
      rows.push({
        ours: ours.ns,
        set: (one.ns + other.ns) / 2,
        ratio: ours.ns / ((one.ns + other.ns) / 2),
        same: other.ns / one.ns,
      })
    }
    const of = (key: 'ours' | 'set' | 'ratio' | 'same') => median(rows.map(row => row[key]))
    return { ours: of('ours'), set: of('set'), ratio: of('ratio'), same: of('same') }
  }
  // Every loop optimised and every hash known before anything counts.
  compare(() => [mixed, mixed], 5)
  compare(() => [hits, hits], 1)
  compare(() => [misses, misses], 1)
  const both = compare(() => [mixed, mixed], ROUNDS)
  const hit = compare(() => [hits, hits], ROUNDS)
  const miss = compare(() => [misses, misses], ROUNDS)
  // Only the first pass of the Set meets unknown hashes, so it alone counts.
  const unknown: number[] = []
  for (let i = 0; i < 7; i++) {
    const [a, b] = [fresh(mixed), fresh(mixed)]
    const [first, second] = i % 2 === 0 ? [inList(a).ns, inSet(b).ns] : [inSet(a).ns, inList(b).ns]
    unknown.push(i % 2 === 0 ? first / second : second / first)
  }
  gc!()
  const before = process.memoryUsage().heapUsed
  inList(mixed)
  const allocated = process.memoryUsage().heapUsed - before
  return { ...both, hits: hit.ratio, misses: miss.ratio, fresh: median(unknown), allocated }
}

type Memory = Record<'ours' | 'set', number>

async function memory(): Promise<Memory> {
  const settled = async () => {
    for (let i = 0; i < 4; i++) {
      gc!()
      await wait(20)
    }
    const { arrayBuffers, heapUsed } = process.memoryUsage()
    return arrayBuffers + heapUsed
  }
  // Code and feedback are there before, as they are once a process.
  await buildIdList(ids(10_000, 1).join('\n'))
  const start = await settled()
  const list = await buildIdList(ids(COUNT, 1).join('\n'))
  const withList = await settled()
  const set = new Set(ids(COUNT, 1))
  const withBoth = await settled()
  if (list.size !== set.size) throw new Error(`the list has ${list.size} ids, the Set ${set.size}`)
  return { ours: (withList - start) / list.size, set: (withBoth - withList) / set.size }
}

type Delay = { set: number } & Record<'rest' | 'text' | 'file', { p99: number; max: number; took: number }>

async function delay(): Promise<Delay> {
  const texts = [1, 2].map(seed => `${ids(COUNT, seed).join('\n')}\n`)
  const during = async (work: () => Promise<void>) => {
    const histogram = monitorEventLoopDelay({ resolution: 1 })
    gc!()
    await wait(100)
    histogram.enable()
    const from = performance.now()
    await work()
    const took = performance.now() - from
    histogram.disable()
    return { p99: histogram.percentile(99) / 1e6, max: histogram.max / 1e6, took: took / SWAPS }
  }
  const rest = await during(() => wait(3000))
  const holder = listHolder()
  const text = await during(async () => {
    for (let i = 0; i < SWAPS; i++) {
      if (holder.swap(await buildIdList(texts[i % 2]!)).type !== 'swapped') throw new Error('not swapped')
    }
  })
  const folder = mkdtempSync(join(tmpdir(), 'andon-bench-'))
  try {
    const path = join(folder, 'ids')
    writeFileSync(path, texts[0]!)
    // What writes the file is another process in life; here it is made before the clock runs.
    for (let i = 0; i < SWAPS; i++) writeFileSync(`${path}.${i}`, texts[i % 2]!)
    const followed = listFile(path, { pollMs: 3_600_000 })
    await followed.refresh()
    const file = await during(async () => {
      for (let i = 0; i < SWAPS; i++) {
        renameSync(`${path}.${i}`, path)
        const outcome = await followed.refresh()
        if (outcome.type !== 'swapped') throw new Error(`not swapped: ${outcome.type}`)
      }
    })
    await followed.close()
    const from = performance.now()
    new Set(texts[0]!.split('\n'))
    return { rest, text, file, set: performance.now() - from }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (process.argv[1] === SELF) {
  const parts = { lookup, memory, delay }
  const part = parts[process.argv[2] as keyof typeof parts]
  if (part) console.log(JSON.stringify(await part()))
  else await measure(one => console.log(`${one.figure}: ${one.value} ${one.unit}, beside ${one.beside}`))
}
