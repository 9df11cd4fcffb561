import { writeFile } from 'node:fs/promises'
import { sqliteJournal } from '../../src/parts/journal/index.ts'
import { timeChart } from '../../src/parts/report/index.ts'
import { pipelineReport, type RunHistory, runHistory } from '../../src/pipeline/index.ts'
import type { Arguments } from './arguments.ts'
import type { CustomersSaw, ReadBack } from './customers.ts'
import type { Fleet } from './fleet.ts'
import { type Reserved, reservedIn } from './reservations.ts'
import type { RunFolder } from './run-folder.ts'

const EXIT = { released: 0, 'rolled-back': 3, halted: 4 } as const

interface Ended {
  readonly args: Arguments
  readonly folder: RunFolder
  readonly fleet: Fleet
  readonly saw: readonly CustomersSaw[]
  readonly readBack: ReadBack
  /** Up to where the feature is open. */
  readonly feature: string
  readonly killed: { readonly at: number; readonly deployed: number } | undefined
  readonly startedAt: number
  readonly say: (text: string) => void
}

/** What `--json` prints. */
interface Conclusion {
  outcome: keyof typeof EXIT
  resumed: boolean
  caughtBy: string | null
  where: string | null
  afterMs: number | null
  hostsTouched: number
  hosts: number
  requestsTouchedShare: number
  versions: Record<string, number>
  objectsWritten: number
  objectsLost: number
  feature: string
  partialReads: number
  reservations: number
  casualties: number
}

/** Whether the journal says that the release is out. */
export async function isReleased(folder: RunFolder): Promise<boolean> {
  const journal = sqliteJournal(folder.journal, { readOnly: true })
  try {
    return (await runHistory(journal, folder.run))?.state.mode.kind === 'released'
  } finally {
    await journal.close()
  }
}

/** Looks at every host from outside once more, writes the report, says what happened. Resolves to the exit code. */
export async function concludeRun(ended: Ended): Promise<number> {
  const { args, folder, fleet, saw, readBack, say } = ended
  const journal = sqliteJournal(folder.journal)
  try {
    const history = await runHistory(journal, folder.run)
    if (!history) throw Object.assign(new Error(`the journal does not know ${folder.run}`), { code: 'journal' })
    const versions = await versionsFromOutside(fleet, history)
    const reserved = await reservedIn(folder.reservations)
    const conclusion = conclude(ended, history, versions, reserved)
    const failed = saw.reduce((n, s) => n + s.failed, 0)
    const all = failed + saw.reduce((n, s) => n + s.ok, 0)
    const report = await pipelineReport(journal, folder.run, {
      facts: [
        ["customers' requests", all],
        ["customers' requests that failed", failed],
        ['requests that met the new version', percent(conclusion.requestsTouchedShare)],
        ['reservations of hosts granted', reserved.granted],
        ['hosts that did not come back from one', reserved.casualties],
        ['objects written', readBack.written],
        ['objects lost or changed', conclusion.objectsLost],
      ],
      sections: [
        {
          title: 'What customers saw',
          body: timeChart({
            title: 'Requests of customers that worked',
            value: { label: 'Share of requests', unit: 'share', from: 0, to: 1 },
            series: [
              {
                name: 'worked',
                points: saw.map(s => ({ at: s.at, value: s.ok + s.failed > 0 ? s.ok / (s.ok + s.failed) : null })),
              },
            ],
            shape: 'step',
          }),
        },
      ],
    })
    await writeFile(folder.report, report, { mode: 0o600 })
    say('')
    say(sentence(ended, history, conclusion))
    say(
      `Customers: ${all} requests, ${failed} failed. Objects: ${readBack.written} written, ${readBack.lost} lost, ${readBack.changed} changed.`,
    )
    for (const example of readBack.examples) say(`  ${example}`)
    if (conclusion.outcome === 'released')
      say(`Feature partial-reads: open to ${conclusion.feature}, ${conclusion.partialReads} reads in parts.`)
    say(
      `Versions, host by host from outside: ${Object.entries(versions)
        .map(([v, n]) => `${n} × ${v}`)
        .join(', ')}.`,
    )
    say(
      `Hosts were reserved ${reserved.granted} times before they were touched; ${reserved.casualties} did not come back.`,
    )
    say(`Report: ${folder.report}`)
    if (conclusion.outcome === 'halted')
      say(`Continue with: npm start -- --resume ${folder.run}   or undo it: npm start -- --rollback ${folder.run}`)
    if (args.json) say(JSON.stringify(conclusion))
    return conclusion.objectsLost > 0 || !asItShouldBe(conclusion, history) ? 1 : EXIT[conclusion.outcome]
  } finally {
    await journal.close()
  }
}

function conclude(
  { fleet, folder, readBack, feature, saw, killed }: Ended,
  history: RunHistory,
  versions: Record<string, number>,
  reserved: Reserved,
): Conclusion {
  const { state } = history
  const { mode } = state
  const cause = 'cause' in mode ? mode.cause : undefined
  const touched = new Set<string>()
  for (let t = state.touched; t; t = t.before) touched.add(t.host)
  const { met, total } = fleet.exposure
  const takenOver = history.notes.filter(n => n.text.startsWith('resumed')).at(-1)
  const afterMs =
    cause && state.firstTouchAt !== undefined
      ? Math.max(0, cause.at - state.firstTouchAt)
      : killed && takenOver
        ? takenOver.at - killed.at
        : null
  return {
    outcome: mode.kind === 'released' || mode.kind === 'rolled-back' ? mode.kind : 'halted',
    resumed: takenOver !== undefined || folder.known,
    caughtBy: cause?.by ?? (killed ? 'journal' : null),
    where: cause
      ? [cause.stage, cause.step, cause.place].filter(Boolean).join(', ') || null
      : killed
        ? `${killed.deployed} hosts on the new version`
        : null,
    afterMs,
    hostsTouched: touched.size,
    hosts: Object.values(state.hosts).reduce((n, list) => n + list.length, 0),
    requestsTouchedShare: total === 0 ? 0 : met / total,
    versions,
    objectsWritten: readBack.written,
    objectsLost: readBack.lost + readBack.changed,
    feature,
    partialReads: saw.reduce((n, s) => n + s.partial, 0),
    reservations: reserved.granted,
    casualties: reserved.casualties,
  }
}

async function versionsFromOutside(fleet: Fleet, { state }: RunHistory): Promise<Record<string, number>> {
  const versions: Record<string, number> = { '3.7.0': 0, '3.7.1': 0 }
  for (const { host } of Object.values(state.hosts).flat()) {
    const version = await fleet.currentVersion(host, AbortSignal.timeout(5000)).catch(() => 'unknown')
    versions[version] = (versions[version] ?? 0) + 1
  }
  return versions
}

/** What the hosts said when they were asked from outside must be what the run says it did. */
function asItShouldBe({ outcome, versions, hosts }: Conclusion, { state }: RunHistory): boolean {
  if (outcome === 'released') return versions[state.version] === hosts
  if (outcome === 'rolled-back') return (versions[state.version] ?? 0) === 0
  return true
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`

function sentence({ killed, startedAt }: Ended, history: RunHistory, c: Conclusion): string {
  const cause = 'cause' in history.state.mode ? history.state.mode.cause : undefined
  const took = `${((Date.now() - startedAt) / 1000).toFixed(0)} s`
  const reach = `it ever touched ${c.hostsTouched} of ${c.hosts} hosts and ${percent(c.requestsTouchedShare)} of customers' requests`
  const after = c.afterMs === null ? '' : ` after ${(c.afterMs / 1000).toFixed(1)} s`
  const twice = history.deployedTwice.length
  if (c.outcome === 'released') {
    const story = killed
      ? ` The runner was killed with ${killed.deployed} hosts done; its journal let a second one take over${after}, and ${twice === 0 ? 'nothing was deployed twice' : `${twice} hosts were deployed twice`}.`
      : ''
    return `RELEASED in ${took}: ${c.versions[history.state.version] ?? 0} of ${c.hosts} hosts run ${history.state.version}.${story}`
  }
  const what = c.outcome === 'rolled-back' ? 'ROLLED BACK' : 'HALTED'
  return `${what} in ${took}: caught by ${c.caughtBy} at ${c.where ?? 'no place in particular'}${after}: ${cause?.message ?? ''}; ${reach}.`
}
