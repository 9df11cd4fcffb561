import { setTimeout as sleep } from 'node:timers/promises'
import { type Figure, figure, median } from '../../figure.ts'
import { startFleet, startServer, type Usage } from './process.ts'

const SUBJECT = 'canary'
const MODES = ['ours', 'bare'] as const

/** How much is measured. */
export interface FleetShape {
  readonly checks: number
  readonly everyMs: number
  /** Whole intervals, after a first one that warms up. */
  readonly intervals: number
  /** Windows of 10,000 runs over which memory is compared, after two that warm up. */
  readonly windows: number
}

const SHAPE: FleetShape = { checks: 1000, everyMs: 60_000, intervals: 2, windows: 5 }

/** A fleet of HTTP canaries, beside setInterval and fetch doing the same in the same run. */
export async function measureFleet(tell: (figure: Figure) => void, shape: FleetShape = SHAPE): Promise<void> {
  const server = await startServer()
  try {
    await busy(tell, server.url, shape)
    await growth(tell, server.url, shape)
  } finally {
    server.kill()
  }
}

/** Both at once: what the machine does to one, it does to the other. */
async function busy(tell: (figure: Figure) => void, url: string, { checks, everyMs, intervals }: FleetShape) {
  const fleets = MODES.map(mode => startFleet(mode, url, checks, everyMs))
  try {
    await sleep(everyMs + 1000)
    for (const fleet of fleets) await fleet.ask('cpu')
    await sleep(intervals * everyMs)
    const [ours, bare] = (await Promise.all(fleets.map(fleet => fleet.ask('cpu')))) as [Usage, Usage]
    const runs = `${ours.runs} runs, ${ours.failed} failed, ${ours.retests} tried twice; bare ${bare.runs}, ${bare.failed}`
    const percent = (share: number) => share * 100
    tell(
      figure(
        SUBJECT,
        '1,000 HTTP canaries at one a minute, of a core',
        percent(ours.share),
        '%',
        `setInterval and fetch ${percent(bare.share).toFixed(2)} %; ${runs}`,
      ),
    )
    tell(
      figure(
        SUBJECT,
        '1,000 HTTP canaries, scheduling lateness p99',
        ours.latenessP99,
        'ms',
        `setInterval ${bare.latenessP99.toFixed(2)} ms`,
      ),
    )
  } finally {
    for (const fleet of fleets) fleet.kill()
  }
}

const WINDOW = 10_000

/** A fast fleet, so that what is remembered is full before anything is compared. */
async function growth(tell: (figure: Figure) => void, url: string, { windows }: FleetShape) {
  const grown: Record<string, number> = {}
  for (const mode of MODES) {
    const fleet = startFleet(mode, url, 50, 50)
    try {
      const heaps: number[] = []
      for (let i = 0; i < windows + 3; i++) {
        heaps.push((await fleet.ask('memory')).heap)
        for (let runs = 0; runs < WINDOW; runs += (await fleet.ask('cpu')).runs) await sleep(250)
      }
      heaps.push((await fleet.ask('memory')).heap)
      // The first windows compile code, and fill what is remembered.
      const steps = heaps.slice(3).map((heap, i, rest) => ((rest[i + 1] ?? heap) - heap) / 2 ** 20)
      grown[mode] = median(steps.slice(0, -1))
    } finally {
      fleet.kill()
    }
  }
  tell(
    figure(
      SUBJECT,
      'memory that 10,000 runs add',
      grown.ours!,
      'MB',
      `setInterval and fetch ${grown.bare!.toFixed(3)} MB; the median of ${windows} windows of 10,000 runs`,
    ),
  )
}
