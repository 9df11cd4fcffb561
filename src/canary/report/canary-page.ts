import { type Cell, facts, html, reportPage, type Tone, table, timeChart, timeline } from '../../parts/report/index.ts'
import type { CanaryRecord, CanaryRun } from '../canary-run.ts'
import { spansOf } from './spans-of.ts'

export interface CanaryPageOptions {
  /** Default `Canaries`. */
  readonly title?: string
  /** Runs further apart than this are not drawn as one, in milliseconds. Default: three of a canary's usual intervals. */
  readonly gapMs?: number
}

/** Charts with more lines than this cannot be read. */
const MOST_LINES = 6
const MOST_FAILURES = 200

/** The history of canaries as one self-contained HTML page. */
export function canaryPage(records: readonly CanaryRecord[], options: CanaryPageOptions = {}): string {
  const runs = records.flatMap(record => record.runs)
  const failed = records.reduce((n, record) => n + record.runs.filter(run => isBad(record, run)).length, 0)
  const red = records.filter(record => isRed(record))
  const silent = records.filter(record => record.runs.length === 0)
  return reportPage({
    title: options.title ?? 'Canaries',
    badge: badgeOf(records.length, red.length, silent.length),
    sections: [
      {
        title: 'Now',
        body: html`${facts([
          ['canaries', records.length],
          ['red', red.length],
          ['never ran', silent.length],
          ['runs', runs.length],
          ['went wrong', failed],
        ])}
${nowTable(records)}`,
      },
      {
        title: 'History',
        body: timeline(
          records.map(record => ({
            name: record.name,
            spans: spansOf(record, options.gapMs ?? 3 * usualInterval(record.runs)),
          })),
          [
            ['good', 'as it must be'],
            ['bad', 'not so'],
          ],
        ),
      },
      {
        title: 'How long they took',
        body: timeChart({
          title: records.length > MOST_LINES ? `The ${MOST_LINES} slowest` : 'Each run',
          value: { label: 'duration', unit: 'ms' },
          series: slowest(records).map(({ name, runs: own }) => ({
            name,
            points: own.map(({ at, durationMs }) => ({ at, value: durationMs })),
          })),
        }),
      },
      { title: 'Failures', body: failuresTable(records) },
    ],
  })
}

function badgeOf(all: number, red: number, silent: number): { text: string; tone: Tone } {
  if (red > 0) return { text: `${red} red`, tone: 'bad' }
  if (all === 0 || silent > 0) return { text: all === 0 ? 'no canary' : `${silent} never ran`, tone: 'warn' }
  return { text: 'all green', tone: 'good' }
}

/** A negative control must fail. */
const isBad = ({ expect = 'pass' }: CanaryRecord, { ok }: CanaryRun) => ok !== (expect === 'pass')

const isRed = (record: CanaryRecord): boolean => {
  const last = record.runs.at(-1)
  return last !== undefined && isBad(record, last)
}

function nowOf(record: CanaryRecord, last: CanaryRun): string {
  if (record.expect === 'fail') return last.ok ? 'passed, and must fail' : 'fails, as it must'
  return last.ok ? 'green' : 'red'
}

const nowTable = (records: readonly CanaryRecord[]) =>
  table({
    caption: 'Each canary',
    columns: [
      'Canary',
      'Where',
      'Now',
      { label: 'Last run (UTC)', type: 'date' },
      { label: 'Runs', type: 'number' },
      { label: 'Worked', type: 'number' },
      { label: 'Median', type: 'duration' },
    ],
    rows: records.map((record): Cell[] => {
      const { name, place, vantage, runs } = record
      const last = runs.at(-1)
      const worked = runs.filter(({ ok }) => ok).length
      return [
        name,
        vantage === undefined ? (place ?? '–') : `${place ?? '–'} from ${vantage}`,
        last === undefined ? 'never ran' : nowOf(record, last),
        last ? new Date(last.at) : null,
        runs.length,
        runs.length === 0 ? null : { show: percent(worked / runs.length), sort: worked / runs.length },
        runs.length === 0 ? null : middle(runs.map(({ durationMs }) => durationMs)),
      ]
    }),
  })

const failuresTable = (records: readonly CanaryRecord[]) => {
  const failures = records
    .flatMap(record => record.runs.filter(run => isBad(record, run)).map(run => ({ name: record.name, run })))
    .sort((a, b) => b.run.at - a.run.at)
  if (failures.length === 0) return html`<p class="legend">None.</p>`
  return table({
    caption: failures.length > MOST_FAILURES ? `The latest ${MOST_FAILURES} of ${failures.length}` : 'All of them',
    columns: [{ label: 'When (UTC)', type: 'date' }, 'Canary', 'What', { label: 'After', type: 'duration' }],
    rows: failures
      .slice(0, MOST_FAILURES)
      .map(({ name, run }): Cell[] => [
        new Date(run.startedAt),
        name,
        run.ok ? 'a negative control passed' : (run.error ?? 'no reason given'),
        run.durationMs,
      ]),
  })
}

function slowest(records: readonly CanaryRecord[]): CanaryRecord[] {
  const ran = records.filter(({ runs }) => runs.length > 0)
  if (ran.length <= MOST_LINES) return ran
  const median = ({ runs }: CanaryRecord) => middle(runs.map(({ durationMs }) => durationMs))
  return ran.toSorted((a, b) => median(b) - median(a)).slice(0, MOST_LINES)
}

function usualInterval(runs: readonly CanaryRun[]): number {
  const gaps = runs.slice(1).map((run, i) => run.startedAt - runs[i]!.startedAt)
  // A canary that fails may run more often: the longer intervals are the usual ones.
  return gaps.length === 0 ? 60_000 : Math.max(1, gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length * 0.9)]!)
}

const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

/** Never rounded up to all of them. */
const percent = (share: number): string => `${share === 1 ? 100 : Math.floor(share * 1000) / 10} %`
