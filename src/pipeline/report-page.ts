import { duration } from '../core/durations.ts'
import { facts } from '../parts/report/facts.ts'
import { type Html, html } from '../parts/report/html.ts'
import { reportPage, type Tone } from '../parts/report/page.ts'
import { table } from '../parts/report/table.ts'
import { type Lane, type SpanKind, timeline } from '../parts/report/timeline.ts'
import type { ReportExtras } from './report.ts'
import type { HistorySpan, RunHistory } from './run-history.ts'

const AFTER = { label: 'After', type: 'duration' } as const

/** The page itself; loaded when a report is asked for, and not with the pipeline. */
export async function reportOf(history: RunHistory, run: string, extras: ReportExtras): Promise<string> {
  // On demand, which also keeps the charts in a file of their own: a bundle of pages without charts is without d3.
  const { timeChart } = await import('../parts/report/charts/index.ts')
  const { state, plan, notes, blastRadius, endedAt } = history
  const { mode } = state
  const start = state.startedAt
  return reportPage({
    title: `${plan.name} ${state.previousVersion ?? '?'} → ${state.version}`,
    lead: `Run ${run}, started ${new Date(start).toISOString()}, ${duration(endedAt - start)}`,
    badge: { text: mode.kind, tone: tone(mode.kind) },
    sections: [
      { title: 'Summary', body: html`${summary(history)}${facts([...figures(history), ...(extras.facts ?? [])])}` },
      ...(extras.sections ?? []),
      {
        title: 'Every zone over time',
        body: timeline(lanes(history.spans), [
          ['rest', 'gates asked, bake'],
          ['work', 'hosts changing'],
          ['bad', 'rolling back'],
        ]),
      },
      {
        title: 'Blast radius',
        body: timeChart({
          title: 'Hosts changed by this run and not put back',
          value: { label: 'Share of all hosts', unit: 'share', from: 0, to: 1 },
          series: [{ name: 'changed', points: blastRadius.map(p => ({ at: p.at, value: p.share })) }],
          shape: 'step',
        }),
      },
      {
        title: 'Notes',
        body: table({ columns: [AFTER, 'What'], rows: notes.map(n => [n.at - start, n.text]) }),
      },
      {
        title: 'Stages',
        body: table({
          columns: ['Stage', 'Regions or gates'],
          rows: plan.stages.map(s => [
            s.name,
            s.kind === 'check' ? s.gates.map(g => g.gate).join(', ') : s.regions.map(r => r.place).join(', '),
          ]),
        }),
      },
      { title: 'Verdicts', body: verdicts(history) },
    ],
  })
}

function tone(kind: string): Tone {
  if (kind === 'released') return 'good'
  if (kind === 'rolled-back') return 'bad'
  return kind === 'halted' ? 'warn' : 'plain'
}

function summary({ state }: RunHistory): Html | null {
  const cause = 'cause' in state.mode ? state.mode.cause : undefined
  if (!cause) return null
  const where = [cause.stage, cause.step, cause.place].filter(Boolean).join(', ')
  return html`<p><b>${cause.by}</b>${where && html` at ${where}`}: ${cause.message}</p>`
}

function figures({ state, blastRadius }: RunHistory): [string, string | number][] {
  const hosts = Object.values(state.hosts).reduce((n, list) => n + list.length, 0)
  const largest = blastRadius.reduce((m, p) => Math.max(m, p.share), 0)
  const versions = Object.entries(state.verified?.versions ?? {}).map(([v, n]) => `${n} × ${v}`)
  return [
    ['hosts', hosts],
    ['largest share changed at once', `${(largest * 100).toFixed(0)} %`],
    ['versions found at the end', versions.join(', ') || 'not looked at yet'],
  ]
}

const KINDS: Record<HistorySpan['phase'], SpanKind> = { before: 'rest', during: 'work', bake: 'rest', rollback: 'bad' }

function lanes(spans: readonly HistorySpan[]): Lane[] {
  const known = new Map<
    string,
    { name: string; spans: { from: number; to: number; kind: SpanKind; title: string }[] }
  >()
  for (const s of spans) {
    const name = s.track === s.step ? s.step : `${s.track.slice(s.track.indexOf('/') + 1)} · ${s.step}`
    let lane = known.get(name)
    if (!lane) known.set(name, (lane = { name, spans: [] }))
    lane.spans.push({ from: s.from, to: s.to, kind: KINDS[s.phase], title: `${s.phase}: ${duration(s.to - s.from)}` })
  }
  return [...known.values()]
}

const TONES = { go: 'good', wait: 'warn', stop: 'bad' } as const

function verdicts({ verdicts: list, state }: RunHistory): Html {
  const rows = list.map(({ at, track, step, phase, verdict }) => [
    at - state.startedAt,
    track === step ? step : `${track} · ${step}`,
    phase,
    verdict.source,
    html`<b class="${TONES[verdict.decision]}">${verdict.decision}</b>`,
    verdict.reasons.map(r => `${r.message} (${r.code})`).join('; '),
  ])
  return table({
    caption: 'What the gates said, whenever it changed',
    columns: [AFTER, 'Where', 'Phase', 'Gate', 'Verdict', 'Reasons'],
    rows,
    filter: true,
  })
}
