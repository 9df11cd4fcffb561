import { FlagdCore } from '@openfeature/flagd-core'
import { createFlagClient, type FlagSource } from '../src/flags/index.ts'
import { type Figure, figure, median } from './figure.ts'

const SUBJECT = 'flags'
const ROUNDS = 15
const CALLS = 400_000

const ACCOUNTS = Array.from({ length: 1024 }, (_, i) => ({
  region: i % 2 === 0 ? 'eu' : 'us',
  accountId: String(100_000_000_000 + i * 7_919),
}))

/** The same three flags for both: on for all; by one attribute; by one attribute and then a share of 20 %. */
function ours() {
  const variants = (rule: string) => ({
    _variants: [
      { name: 'on', enabled: true, rule },
      { name: 'off', enabled: false },
    ],
  })
  const names = { fixed: { name: 'fixed' }, attribute: { name: 'attribute' }, split: { name: 'split' } }
  const values = {
    fixed: { enabled: true },
    attribute: variants('(eq $region "eu")'),
    split: variants('(and (eq $region "eu") (split by::$accountId pct::20 seed::"split"))'),
  }
  const source: FlagSource = {
    name: 'bench',
    start(sink) {
      sink.document({ content: { version: '1', flags: names, values }, version: '1' })
      return { refresh: async () => {}, close: async () => {} }
    },
  }
  const client = createFlagClient({ source })
  return (key: string, context: object) => client.enabled(key, context as never)
}

function flagd() {
  const core = new FlagdCore()
  const flag = (targeting: object) => ({
    state: 'ENABLED',
    variants: { on: true, off: false },
    defaultVariant: 'off',
    targeting,
  })
  const eu = { '==': [{ var: 'region' }, 'eu'] }
  const flags = {
    fixed: { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' },
    attribute: flag({ if: [eu, 'on', 'off'] }),
    split: flag({ if: [eu, { fractional: [{ var: 'accountId' }, ['on', 20], ['off', 80]] }, 'off'] }),
  }
  core.setConfigurations(JSON.stringify({ flags }))
  const silent = { debug() {}, info() {}, warn() {}, error() {} }
  return (key: string, context: object) => core.resolveBooleanEvaluation(key, false, context as never, silent).value
}

let sunk = 0
function nanoseconds(evaluate: (key: string, context: object) => boolean, key: string, calls: number): number {
  const from = performance.now()
  for (let i = 0; i < calls; i++) if (evaluate(key, ACCOUNTS[i & 1023]!)) sunk++
  return ((performance.now() - from) * 1e6) / calls
}

/** Interleaved, a ratio a round: what the machine does to one, it does to the other. */
export async function measure(tell: (figure: Figure) => void): Promise<void> {
  const [mine, theirs] = [ours(), flagd()]
  for (const [key, name] of [
    ['fixed', 'static flag'],
    ['attribute', 'one attribute rule'],
    ['split', 'rule and split'],
  ] as const) {
    nanoseconds(mine, key, CALLS)
    nanoseconds(theirs, key, CALLS / 10)
    const rounds = Array.from({ length: ROUNDS }, () => ({
      a: nanoseconds(mine, key, CALLS),
      b: nanoseconds(theirs, key, CALLS / 10),
    }))
    const ratio = median(rounds.map(r => r.b / r.a))
    tell(
      figure(
        SUBJECT,
        `${name}, times as fast as flagd-core`,
        ratio,
        'x',
        `${median(rounds.map(r => r.a)).toFixed(1)} ns against ${median(rounds.map(r => r.b)).toFixed(0)} ns of @openfeature/flagd-core 4.0.1`,
      ),
    )
  }
  tell(
    figure(
      SUBJECT,
      'bytes allocated by a boolean evaluation',
      allocated(mine),
      'B',
      '4,000,000 evaluations of the rule and split, between two collections',
    ),
  )
  if (sunk < 0) throw new Error('unreachable')
}

/** Heap growth over many evaluations; with a collector that is asked before and not in between it is what was allocated. */
function allocated(evaluate: (key: string, context: object) => boolean): number {
  const calls = 4_000_000
  globalThis.gc?.()
  const before = process.memoryUsage().heapUsed
  nanoseconds(evaluate, 'split', calls)
  return Math.max(0, process.memoryUsage().heapUsed - before) / calls
}
