import { type PlaceId, placeAt } from '../core/place.ts'
import type { Verdict } from '../core/verdict.ts'
import type { Journal } from '../parts/journal/journal.ts'
import type { Plan } from './plan.ts'
import { replay } from './replay.ts'
import type { RunEvent } from './run-event.ts'
import type { RunState, Track } from './run-state.ts'

/** What a step of a region (or a check stage) did, and when. */
export interface HistorySpan {
  /** The region's place, or the check stage's name. */
  readonly track: string
  /** `validator`, `one box`, a zone, or the check stage. */
  readonly step: string
  readonly phase: 'before' | 'during' | 'bake' | 'rollback'
  readonly from: number
  readonly to: number
}

/** One answer of a gate that changed what was known. */
export interface HistoryVerdict {
  readonly at: number
  readonly track: string
  readonly step: string
  readonly phase: string
  readonly verdict: Verdict
}

/** A run told from its journal: for reports and progress. */
export interface RunHistory {
  readonly plan: Plan
  readonly state: RunState
  readonly spans: readonly HistorySpan[]
  readonly verdicts: readonly HistoryVerdict[]
  /** Share of all hosts that this run had changed and not put back, after each change. */
  readonly blastRadius: readonly { readonly at: number; readonly share: number }[]
  /** Everything else worth a line: resumptions, failures, refusals, the end. */
  readonly notes: readonly { readonly at: number; readonly text: string }[]
  readonly endedAt: number
  /** Hosts that were deployed to more than once: none, if the deployer keeps its contract. */
  readonly deployedTwice: readonly PlaceId[]
}

/** Reads a run's journal into its history; undefined when the journal does not know the run. */
export async function runHistory(journal: Journal, run: string): Promise<RunHistory | undefined> {
  const spans: HistorySpan[] = []
  const verdicts: HistoryVerdict[] = []
  const blastRadius: { at: number; share: number }[] = []
  const notes: { at: number; text: string }[] = []
  const open = new Map<number, { track: Track; from: number }>()
  const last = new Map<string, string>()
  let before: RunState | undefined
  let endedAt = 0
  let changed = 0
  const deployed = new Map<PlaceId, number>()
  let hosts = 0

  const close = (index: number, at: number) => {
    const span = open.get(index)
    if (!span) return
    open.delete(index)
    const { track, from } = span
    if (track.phase === 'done') return
    spans.push({
      track: track.name,
      step: track.steps[track.step]!.name,
      phase: track.action === 'rollback' ? 'rollback' : track.phase,
      from,
      to: at,
    })
  }
  const follow = (state: RunState, at: number) => {
    if (state.tracks === before?.tracks) return
    for (const [index, track] of state.tracks.entries()) {
      const known = open.get(index)?.track
      if (
        known &&
        known.name === track.name &&
        known.action === track.action &&
        known.step === track.step &&
        known.phase === track.phase
      )
        continue
      close(index, at)
      open.set(index, { track, from: at })
    }
  }

  const past = await replay(journal, run, undefined, (event, state) => {
    const { at } = event
    endedAt = at
    if (event.type === 'gates-answered') {
      const track = before!.tracks[event.track]!
      const step = track.steps[track.step]!.name
      for (const verdict of event.answers) {
        const key = `${event.epoch} ${verdict.source}`
        const text = `${verdict.decision} ${verdict.reasons[0]?.code}`
        if (last.get(key) === text || (verdict.source === 'cord' && verdict.decision === 'go')) continue
        last.set(key, text)
        verdicts.push({ at, track: track.name, step, phase: track.phase, verdict })
      }
    }
    if (event.type === 'hosts-listed') hosts += event.hosts.length
    if (event.type === 'deploy-intended') changed++
    if (event.type === 'deployed') deployed.set(event.host, (deployed.get(event.host) ?? 0) + 1)
    if (event.type === 'rolled-back') changed--
    if (event.type === 'deploy-intended' || event.type === 'rolled-back')
      blastRadius.push({ at, share: changed / Math.max(1, hosts) })
    const text = noteOf(event)
    if (text) notes.push({ at, text })
    const cause = 'cause' in state.mode ? state.mode.cause : undefined
    if (cause && before && state.mode.kind !== before.mode.kind)
      notes.push({ at, text: `${state.mode.kind}, because of ${cause.by}: ${cause.message}` })
    follow(state, at)
    before = state
  })
  if (!past.state || !past.plan) return undefined
  for (const index of [...open.keys()]) close(index, endedAt)
  const points = [
    { at: past.state.startedAt, share: 0 },
    ...blastRadius,
    { at: endedAt, share: blastRadius.at(-1)?.share ?? 0 },
  ]
  return {
    plan: past.plan,
    state: past.state,
    spans,
    verdicts,
    blastRadius: points,
    notes,
    endedAt,
    deployedTwice: [...deployed].filter(([, n]) => n > 1).map(([host]) => host),
  }
}

function noteOf(event: RunEvent): string | undefined {
  switch (event.type) {
    case 'run-started':
      return `started: ${event.previousVersion ?? 'unknown'} → ${event.version}`
    case 'resumed':
      return `resumed by ${event.holder}`
    case 'rollback-requested':
      return `roll-back requested by ${event.by}: ${event.reason}`
    case 'deploy-failed':
      return `deployment failed: ${event.message}`
    case 'rollback-failed':
      return `roll-back failed: ${event.message}`
    case 'host-refused':
      return `not done on ${event.host}: ${event.answer.reasons[0]?.message ?? 'the cord is pulled'}`
    case 'verified':
      return `hosts looked at: ${Object.entries(event.versions)
        .map(([v, n]) => `${n} × ${v}`)
        .join(', ')}`
    default:
      return undefined
  }
}

/** The zones of a run in the order in which they were listed. */
export function zonesOf(state: RunState): PlaceId[] {
  return [...new Set(Object.values(state.hosts).flatMap(list => list.map(h => placeAt(h.host, 'zone')!)))]
}
