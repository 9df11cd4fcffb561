import type { Effect } from './effect.ts'
import { judge, judgeLate, questions } from './judge.ts'
import type { Plan } from './plan.ts'
import type { RunEvent } from './run-event.ts'
import type { Cause, EndKind, InFlight, Mode, RunState, Step, Track } from './run-state.ts'
import { rollbackGroups, stageTracks } from './steps.ts'

/** What every part of one transition shares. `effects` is filled on the way. */
export interface Move {
  readonly plan: Plan
  readonly at: number
  readonly effects: Effect[]
}

type Event<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>
/** The way that a run was on when something interrupted it. */
type Way = 'running' | 'rolling-back'

// ── Stages and steps ──────────────────────────────────────────────────────────────────────────────────────────────

/** Begins a stage; after the last one, the hosts are looked at and the release is done. */
export function enterStage(move: Move, state: RunState, index: number): RunState {
  const stage = move.plan.stages[index]
  if (!stage) return verify(move, state, 'released', undefined, 'running')
  // Evidence from the bakes of the stage before still counts; the first stage takes all since the run began.
  const since = state.tracks.length === 0 ? state.startedAt : Math.min(...state.tracks.map(t => t.since))
  return enterTracks(move, { ...state, stage: index }, stageTracks(move.plan, stage, state.hosts), since)
}

function enterTracks(move: Move, state: RunState, tracks: readonly Track[], since: number): RunState {
  let next: RunState = { ...state, tracks }
  const firstEpoch = state.epoch + 1
  for (const index of tracks.keys()) next = enterPhase(move, next, index, { phase: 'before', since, firstEpoch })
  return next
}

/** Begins a phase of a track: what was asked before is out of date, and the new phase's questions are asked at once. */
function enterPhase(move: Move, state: RunState, index: number, changes: Partial<Track>): RunState {
  const epoch = state.epoch + 1
  const track: Track = {
    ...state.tracks[index]!,
    decisions: {},
    waiting: {},
    open: false,
    openUntil: Number.POSITIVE_INFINITY,
    ...changes,
    epoch,
    enteredAt: move.at,
  }
  askNow(move, track, index)
  return { ...withTrack(state, index, track), epoch }
}

function finishStep(move: Move, state: RunState, index: number): RunState {
  const track = state.tracks[index]!
  if (track.step + 1 < track.steps.length) {
    return enterPhase(move, state, index, { phase: 'before', step: track.step + 1, next: 0, again: [] })
  }
  const done = enterPhase(move, state, index, { phase: 'done' })
  if (!done.tracks.every(t => t.phase === 'done')) return done
  if (done.mode.kind !== 'rolling-back') return enterStage(move, done, done.stage + 1)
  const [group, ...later] = done.mode.later
  if (group) return enterTracks(move, { ...done, mode: { ...done.mode, later } }, group, move.at)
  return verify(move, done, 'rolled-back', done.mode.cause, 'rolling-back')
}

// ── Gates ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const stepOf = (track: Track): Step => track.steps[track.step]!

/** When the track's bake is over by time; long ago when it is in no bake. */
function bakeEnd(track: Track): number {
  return track.phase === 'bake' ? track.enteredAt + stepOf(track).bake!.durationMs : Number.NEGATIVE_INFINITY
}

/** Asks what the track's step has to ask now. */
export function askNow({ plan, at, effects }: Move, track: Track, index: number): void {
  const { phase, since, epoch } = track
  if (phase === 'done') return
  const step = stepOf(track)
  const asked = questions(plan, track, step, phase === 'bake' && at >= bakeEnd(track))
  effects.push({
    kind: 'ask',
    track: index,
    epoch,
    question: {
      effects: track.action === 'rollback' ? 'rollback' : 'forward',
      gates: asked.filter(q => q.gate !== 'cord' && q.gate !== 'data-points'),
      place: step.place,
      phase,
      since,
      dataPoints: asked.some(q => q.gate === 'data-points') ? (step.bake!.dataPoints as number) : null,
      askedAt: at,
    },
  })
}

export function onTime(move: Move, state: RunState, event: Event<'time'>): RunState {
  const track = state.tracks[event.track]
  if (!track || track.epoch !== event.epoch || !onTheMove(state.mode)) return state
  if (event.why === 'retry') return fill(move, state, event.track)
  askNow(move, track, event.track)
  return state
}

export function onAnswers(move: Move, state: RunState, event: Event<'gates-answered'>): RunState {
  const before = state.tracks[event.track]
  if (!before || !onTheMove(state.mode)) return state
  if (before.epoch !== event.epoch) return onLateAnswers(move, state, event, before)
  const step = stepOf(before)
  const end = bakeEnd(before)
  // Only what was asked after the bake's time was over can end it.
  const bakeOver = before.phase === 'bake' && event.askedAt >= end
  const judged = judge(
    questions(move.plan, before, step, bakeOver),
    before,
    event.answers,
    move.at,
    before.phase !== 'bake' || bakeOver,
  )
  const open = judged.next.kind === 'go'
  const openUntil = judged.next.kind === 'go' ? judged.next.until : 0
  const unchanged =
    open === before.open &&
    openUntil === before.openUntil &&
    same(before.decisions, judged.decisions) &&
    same(before.waiting, judged.waiting)
  const track = unchanged
    ? before
    : { ...before, open, openUntil, decisions: judged.decisions, waiting: judged.waiting }
  const known = unchanged ? state : withTrack(state, event.track, track)
  if (judged.next.kind === 'leave')
    return leave(move, known, judged.next.then, { ...judged.next.cause, ...whereOf(move, known, track) })
  if (open && track.phase === 'before') {
    if (step.hosts.length === 0) return finishStep(move, known, event.track)
    const { decisions } = judged
    return fill(
      move,
      enterPhase(move, known, event.track, { phase: 'during', open, openUntil, decisions }),
      event.track,
    )
  }
  if (open && bakeOver) return finishStep(move, known, event.track)
  const deadlineAt = judged.next.kind === 'blocked' ? judged.next.deadlineAt : Number.POSITIVE_INFINITY
  const soonest = Math.min(
    move.at + move.plan.policy.askEveryMs,
    // Timers may fire a moment early: answers to what was asked just before the bake's end cannot end it.
    before.phase === 'bake' && !bakeOver ? Math.max(end, move.at) : Number.POSITIVE_INFINITY,
    deadlineAt,
    open && openUntil > move.at ? openUntil : Number.POSITIVE_INFINITY,
  )
  move.effects.push({ kind: 'wake', at: soonest, track: event.track, epoch: track.epoch, why: 'ask' })
  return open && track.phase === 'during' ? fill(move, known, event.track) : known
}

/** Answers to what was asked in an earlier phase of this track, or before a resumption. */
function onLateAnswers(move: Move, state: RunState, event: Event<'gates-answered'>, track: Track): RunState {
  if (event.epoch < track.firstEpoch || track.action === 'rollback') return state
  const late = judgeLate(track, event.answers, move.at)
  return late ? leave(move, state, late.then, { ...late.cause, ...whereOf(move, state, track) }) : state
}

// ── Hosts ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Sends as many hosts on their way as the window and the gates allow; when the step has none left, the bake begins. */
export function fill(move: Move, state: RunState, index: number): RunState {
  const track = state.tracks[index]!
  if (track.phase !== 'during' || !onTheMove(state.mode)) return state
  const step = stepOf(track)
  let { next, again } = track
  const starting: InFlight[] = []
  const open = track.open && move.at <= track.openUntil
  while (open && track.inFlight.length + starting.length < step.window) {
    const ready = again.findIndex(a => a.notBefore <= move.at)
    if (ready >= 0) {
      const { host, to, attempt } = again[ready]!
      again = again.filter((_, i) => i !== ready)
      starting.push({ host, to, attempt, intended: false })
    } else if (next < step.hosts.length) {
      starting.push({ host: step.hosts[next]!, to: step.to?.[next], attempt: 1, intended: false })
      next++
    } else break
  }
  for (const { host } of starting) move.effects.push({ kind: 'prepare', track: index, host, action: track.action })
  if (starting.length > 0)
    return withTrack(state, index, { ...track, next, again, inFlight: [...track.inFlight, ...starting] })
  if (track.inFlight.length > 0 || again.length > 0 || next < step.hosts.length) return state
  return step.bake ? enterPhase(move, state, index, { phase: 'bake', since: move.at }) : finishStep(move, state, index)
}

/** After a host is settled one way or the other: the next ones, or, when the run is leaving its way, the way out. */
export function settled(move: Move, state: RunState, index: number): RunState {
  return state.mode.kind === 'draining' ? drained(move, state) : fill(move, state, index)
}

// ── Leaving the way, and the way back ─────────────────────────────────────────────────────────────────────────────

/** Starts nothing more, lets what is under way finish, then rolls back or halts. */
export function leave(move: Move, state: RunState, then: 'rollback' | 'halt', cause: Cause): RunState {
  const { mode } = state
  if (mode.kind === 'draining') {
    // A second cause can only tighten: what was to halt may still have to be rolled back.
    return drained(
      move,
      then === 'rollback' && mode.then === 'halt' ? { ...state, mode: { ...mode, then, cause } } : state,
    )
  }
  const from: Way = mode.kind === 'rolling-back' ? 'rolling-back' : 'running'
  return drained(move, {
    ...state,
    mode: { kind: 'draining', then: from === 'rolling-back' ? 'halt' : then, cause, from },
  })
}

function drained(move: Move, state: RunState): RunState {
  const { mode } = state
  if (mode.kind !== 'draining' || state.tracks.some(t => t.inFlight.length > 0)) return state
  return mode.then === 'rollback'
    ? startRollback(move, state, mode.cause)
    : verify(move, state, 'halted', mode.cause, mode.from)
}

export function startRollback(move: Move, state: RunState, cause: Cause): RunState {
  const [group, ...later] = rollbackGroups(move.plan, state.touched)
  const next: RunState = { ...state, stuck: [], rollbackCause: cause, mode: { kind: 'rolling-back', cause, later } }
  return group ? enterTracks(move, next, group, move.at) : verify(move, next, 'rolled-back', cause, 'rolling-back')
}

/** Looks at the hosts themselves before the run says how it ended. */
function verify(move: Move, state: RunState, then: EndKind, cause: Cause | undefined, from: Way): RunState {
  const look = state.epoch + 1
  move.effects.push({ kind: 'verify', look })
  return { ...state, epoch: look, mode: { kind: 'verifying', then, cause, from, look } }
}

/** Takes up what was under way when the last runner ended: hosts, questions, or the last look. */
export function resume(move: Move, state: RunState): RunState {
  const { mode } = state
  if (mode.kind === 'halted') {
    // Rolling back again from the start costs little: a host that is back already is only looked at.
    if (mode.from === 'rolling-back') return startRollback(move, state, state.rollbackCause ?? mode.cause)
    // Everything was done, and the last look at the hosts did not like what it saw: look again.
    if (state.tracks.every(t => t.phase === 'done'))
      return enterStage(move, { ...state, mode: { kind: 'running' } }, state.stage + 1)
    return reenter(move, { ...state, mode: { kind: 'running' } })
  }
  if (mode.kind === 'verifying') move.effects.push({ kind: 'verify', look: mode.look })
  if (mode.kind === 'draining') {
    // Nothing goes forward any more: what the last runner had begun is in the list of touched hosts, and is rolled back
    // or looked at from there.
    const tracks = state.tracks.map(t => (t.action === 'deploy' ? withdrawn(t) : t))
    return drained(move, resumeFlights(move, { ...state, tracks }))
  }
  const next = resumeFlights(move, state)
  return onTheMove(mode) ? reenter(move, next) : next
}

/** A track without hosts under way; they come first when the run is taken up again. */
function withdrawn(track: Track): Track {
  const again = track.inFlight.map(({ host, to, attempt }) => ({ host, to, attempt: attempt + 1, notBefore: 0 }))
  return { ...track, inFlight: [], again: [...again, ...track.again] }
}

function resumeFlights(move: Move, state: RunState): RunState {
  for (const [index, track] of state.tracks.entries()) {
    for (const flight of track.inFlight) move.effects.push(flightEffect(state, track, index, flight, true))
  }
  return state
}

/** New epochs and new questions; phases keep the time at which they began, and so bakes keep their end. */
function reenter(move: Move, state: RunState): RunState {
  let { epoch } = state
  const tracks = state.tracks.map((track, index) => {
    epoch++
    const next: Track = { ...track, epoch, open: false, decisions: {}, waiting: {} }
    askNow(move, next, index)
    return next
  })
  return { ...state, epoch, tracks }
}

/** What has to be done next for a host that is under way. The key is the same however often it is asked for. */
export function flightEffect(state: RunState, track: Track, index: number, flight: InFlight, resumed: boolean): Effect {
  const { host, attempt } = flight
  if (!flight.intended) return { kind: 'prepare', track: index, host, action: track.action }
  const key = `${state.run}/${host}/${track.action}/${attempt}`
  return track.action === 'deploy'
    ? { kind: 'deploy', track: index, host, key, resumed }
    : { kind: 'rollback', track: index, host, to: flight.to!, key, resumed }
}

// ── Small things ──────────────────────────────────────────────────────────────────────────────────────────────────

export const onTheMove = (mode: Mode): boolean => mode.kind === 'running' || mode.kind === 'rolling-back'

export function withTrack(state: RunState, index: number, track: Track): RunState {
  return { ...state, tracks: state.tracks.with(index, track) }
}

/** Where a track stands, for a cause. */
export function whereOf(
  move: Move,
  state: RunState,
  track: Track,
  place?: string,
): Pick<Cause, 'stage' | 'step' | 'place'> {
  const step = stepOf(track)
  const at = place ?? step.place
  const stage = move.plan.stages[state.stage]?.name
  return { ...(stage === undefined ? {} : { stage }), step: step.name, ...(at === undefined ? {} : { place: at }) }
}

function same<T>(a: Readonly<Record<string, T>>, b: Readonly<Record<string, T>>): boolean {
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every(k => a[k] === b[k])
}
