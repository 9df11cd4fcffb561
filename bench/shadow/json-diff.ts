import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fastJsonPatch from 'fast-json-patch'
import { atomizeChangeset, diff as diffTs } from 'json-diff-ts'
import { create } from 'jsondiffpatch'
import microdiff from 'microdiff'
import { diffJson } from '../../src/shadow/compare/diff-json.ts'
import { readOptions } from '../../src/shadow/compare/read-options.ts'
import { type Figure, figure, median } from '../figure.ts'
import { type DocumentPair, documentPair } from './documents.ts'

const SUBJECT = 'shadow'
const ROUNDS = 31
/** How long one slice of a round takes: long enough for the clock, short enough that both sides share a moment. */
const SLICE_MS = 8
const SIZES = [
  ['2 KB', 2_000],
  ['50 KB', 50_000],
  ['1 MB', 1_000_000],
] as const

/** Keyed and unordered arrays, a tolerance and something to ignore: what a service would have. */
const rules = readOptions({
  keyed: { '$.items': 'id' },
  unordered: ['$.items[*].tags'],
  tolerance: { '$.items[*].weight': 1e-9 },
  ignore: ['$.requestId'],
})
const byId = create({ objectHash: item => (item as { id?: string }).id })

interface Differ<Result = unknown> {
  readonly name: string
  readonly diff: (primary: unknown, candidate: unknown) => Result
  /** How many leaves differ, by its result. */
  readonly count: (result: Result) => number
}
const differ = <Result>(one: Differ<Result>) => one as Differ

const OURS = differ({ name: 'andon', diff: (a, b) => diffJson(a, b, rules), count: found => found.differences.length })
const FAST_JSON_PATCH = differ({
  name: named('fast-json-patch'),
  diff: (a, b) => fastJsonPatch.compare(a as object, b as object),
  count: patch => patch.length,
})
const BESIDE = [
  differ({
    name: named('microdiff'),
    diff: (a, b) => microdiff(a as object, b as object, { cyclesFix: false }),
    count: found => found.length,
  }),
  differ({ name: `${named('jsondiffpatch')} (keyed)`, diff: (a, b) => byId.diff(a, b), count: countDeltas }),
  differ({
    name: `${named('json-diff-ts')} (keyed)`,
    diff: (a, b) => diffTs(a, b, { embeddedObjKeys: { items: 'id' } }),
    count: found => atomizeChangeset(found).length,
  }),
]

/** Our JSON diff beside others, from parsed values to a list of differences, a few leaves changed. */
export async function measure(tell: (figure: Figure) => void): Promise<void> {
  for (const [name, size] of SIZES) {
    const pair = documentPair(size)
    const rivals = [FAST_JSON_PATCH, ...BESIDE]
    for (const { name, diff, count } of [OURS, ...rivals]) {
      const found = count(diff(pair.primary, pair.candidate))
      if (found !== pair.changes) throw new Error(`${name}: ${found} differences of ${pair.changes}`)
    }
    const rows = compare(rivals, pair)
    const times = rows.map(row => median(row.map(one => one.theirs / one.ours)))
    const micros = (of: readonly number[]) => `${(median(of) * 1000).toFixed(1)} µs`
    tell(
      figure(
        SUBJECT,
        `JSON diff at ${name}, times fast-json-patch's rate`,
        times[0]!,
        'x',
        `${micros(rows[0]!.map(one => one.ours))} against ${micros(rows[0]!.map(one => one.theirs))} of ${FAST_JSON_PATCH.name}; ${BESIDE.map((one, i) => `${times[i + 1]!.toFixed(2)}x ${one.name}`).join(', ')}; ${pair.size} characters, ${pair.changes} changed leaves, median of ${ROUNDS} interleaved rounds`,
      ),
    )
  }
}

/** Milliseconds a diff. */
interface Row {
  readonly ours: number
  readonly theirs: number
}

/** A ratio a round, ours just before each of theirs: what the machine does to one, it does to the other. */
function compare(rivals: readonly Differ[], pair: DocumentPair): Row[][] {
  const ours = timer(OURS, pair)
  const theirs = rivals.map(rival => timer(rival, pair))
  const rows: Row[][] = rivals.map(() => [])
  for (let round = 0; round < ROUNDS; round++)
    for (const [i, time] of theirs.entries()) rows[i]!.push({ ours: ours(), theirs: time() })
  return rows
}

/** Runs until the compiler is done, finds out how many make a slice, and gives what times one slice. */
function timer({ diff }: Differ, { primary, candidate }: DocumentPair): () => number {
  let sunk = 0
  const run = (count: number) => {
    const from = performance.now()
    for (let i = 0; i < count; i++) if (diff(primary, candidate)) sunk++
    if (sunk < 0) throw new Error('unreachable')
    return performance.now() - from
  }
  let count = 1
  while (run(count) < SLICE_MS) count *= 2
  for (let i = 0; i < 10; i++) run(count)
  const each = run(count) / count
  const slice = Math.max(1, Math.round(SLICE_MS / each))
  return () => run(slice) / slice
}

/** Leaves of jsondiffpatch's nested deltas: lists, except for what marks an array. */
function countDeltas(delta: unknown): number {
  if (Array.isArray(delta)) return 1
  return Object.entries(delta ?? {}).reduce((sum, [key, inner]) => sum + (key === '_t' ? 0 : countDeltas(inner)), 0)
}

function named(name: string): string {
  const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url)
  return `${name} ${(JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version}`
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await measure(one => console.log(`${one.figure}: ${one.value} ${one.unit}, beside ${one.beside}`))
