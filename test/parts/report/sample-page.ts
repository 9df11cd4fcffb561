import { seededRandom } from '../../../src/core/random.ts'
import {
  barChart,
  facts,
  type Html,
  histogram,
  html,
  quantileChart,
  reportPage,
  table,
  timeChart,
  timeline,
} from '../../../src/parts/report/index.ts'

type Text = (says: string) => string

const START = Date.UTC(2025, 0, 1, 12)

/** A page with every part that there is, whose texts are made by `text` from what they say, and whatever is put into its lead. */
export function samplePage(text: Text = says => says, lead: Html | null = null): string {
  return reportPage({
    title: text('object-service 3.7.0 → 3.7.1'),
    lead: html`${text('Run object-service-3.7.1-lx2, started 2025-01-01 12:00:00 UTC, 3 min 20 s')} ${lead}`,
    badge: { text: text('rolled back'), tone: 'bad' },
    sections: [
      {
        title: text('Summary'),
        body: html`<p><b class="bad">${text('alarms')}</b> ${text('at one box: 3 errors in 100 requests;')}
<b class="good">${text('tests')}</b>${text(', ')}<b class="warn">${text('canaries')}</b>${text('. See ')}<a href="https://example.com/runs/1">${text('the run')}</a>.</p>
<details><summary>${text('How it was made')}</summary><p>${text('By hand.')}</p></details>`,
      },
      {
        title: text('Figures'),
        body: facts([
          [text('hosts'), 1200],
          [text('largest share changed at once'), text('12 %')],
          [text('versions found at the end'), text('9 × 3.7.0, 3 × 3.7.1')],
        ]),
      },
      { title: text('Every zone over time'), body: zones(text) },
      { title: text('Blast radius'), body: blastRadius(text) },
      { title: text('Requests'), body: requests(text) },
      { title: text('Latency'), body: html`${quantiles(text)}${spread(text)}` },
      { title: text('Differences by field'), body: fields(text) },
      { title: text('Hosts'), body: hosts(text) },
    ],
  })
}

function zones(text: Text): Html {
  const names = ['eu-north-1 · validator', 'eu-north-1 · eun1-az1', 'us-gov-west-1 · usgw1-az1']
  const lanes = names.map((name, i) => ({
    name: text(name),
    spans: [
      { from: START + i * 50_000, to: START + i * 50_000 + 30_000, kind: 'work' as const, title: text('during') },
      { from: START + i * 50_000 + 30_000, to: START + 170_000, kind: 'rest' as const, title: text('bake') },
      { from: START + 170_000, to: START + 200_000, kind: 'bad' as const, title: text('rollback') },
    ],
  }))
  return timeline(lanes, [
    ['rest', text('gates asked, bake')],
    ['work', text('hosts changing')],
    ['bad', text('rolling back')],
  ])
}

function blastRadius(text: Text): Html {
  const shares = [0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.42, 0.42, 0.3, 0.12, 0]
  return timeChart({
    title: text('Hosts changed by this run and not put back'),
    value: { label: text('share of all hosts'), unit: 'share', from: 0, to: 1 },
    series: [{ name: text('changed'), points: shares.map((value, i) => ({ at: START + i * 20_000, value })) }],
    shape: 'step',
  })
}

function requests(text: Text): Html {
  const random = seededRandom(1)
  const series = ['eu-north-1', 'us-east-1', 'us-gov-west-1', 'af-south-1', 'sa-east-1', 'me-south-1'].map(
    (name, k) => ({
      name: text(name),
      points: Array.from({ length: 30 }, (_, i) => ({
        at: START + i * 7000,
        value: k === 1 && i > 10 && i < 14 ? null : 900 - k * 120 + Math.round(random() * 80),
      })),
    }),
  )
  return timeChart({ title: text('Requests by region'), value: { label: text('requests'), unit: text('1/s') }, series })
}

function quantiles(text: Text): Html {
  const at = (factor: number) =>
    [
      [0.5, 12, 0.3],
      [0.9, 31, 1],
      [0.95, 44, 3],
      [0.99, 120, 18],
      [0.999, 410, 160],
    ].map(([quantile, ms, error]) => ({
      quantile: quantile!,
      value: ms! * factor,
      low: ms! * factor - error!,
      high: ms! * factor + error! * 1.4,
    }))
  return quantileChart({
    title: text('Quantiles of the latency'),
    value: { label: text('latency'), unit: text('ms'), scale: 'log' },
    interval: text('95 % confidence interval'),
    series: [
      { name: text('primary'), quantiles: at(1) },
      { name: text('candidate'), quantiles: at(1.15) },
    ],
  })
}

function spread(text: Text): Html {
  const random = seededRandom(2)
  // Sums of uniform numbers are close to normal, and their exponentials to how latencies are spread.
  const values = (mean: number, n: number) =>
    Array.from({ length: n }, () => mean * Math.exp((random() + random() + random() - 1.5) * 0.9))
  return histogram({
    title: text('Latency of requests'),
    value: { label: text('latency'), unit: text('ms') },
    of: text('requests'),
    series: [
      { name: text('primary'), values: values(12, 2000) },
      { name: text('candidate'), values: values(14, 500) },
    ],
  })
}

function fields(text: Text): Html {
  const bars = [
    ['body.items[].price', 0.031, 0.024, 0.039, 0.011],
    ['body.items[].availability.estimatedDeliveryWindow', 0.012, 0.008, 0.018, 0.014],
    ['headers.etag', 0.0004, 0, 0.002, 0.0003],
    ['status', 0, 0, 0.0012, 0],
  ] as const
  return barChart({
    title: text('Answers that differ, by field'),
    value: { label: text('mismatch rate'), unit: 'share' },
    bars: bars.map(([name, value, low, high, limit]) => ({ name: text(name), value, low, high, limit })),
    interval: text('95 % confidence interval'),
    limit: text('noise rate'),
  })
}

function hosts(text: Text): Html {
  return table({
    caption: text('Hosts and what they answered'),
    columns: [
      text('Host'),
      { label: text('First seen'), type: 'date' },
      { label: text('Answered after'), type: 'duration' },
      text('Requests'),
      text('Verdict'),
      text('Reasons'),
    ],
    rows: Array.from({ length: 24 }, (_, n) => [
      text(`h${(n * 7) % 24}`),
      START + ((n * 5) % 24) * 1000,
      n === 3 ? null : ((n * 11) % 24) * 700,
      ((n * 13) % 24) * 250,
      n % 3 ? html`<b class="good">${text('go')}</b>` : html`<b class="bad">${text('stop')}</b>`,
      text(n % 3 ? 'few runs' : '3 errors in 100 requests, where 1 in 1,000 is allowed (error-rate)'),
    ]),
  })
}
