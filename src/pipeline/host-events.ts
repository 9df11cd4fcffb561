import { flightEffect, leave, type Move, settled, whereOf, withTrack } from './phases.ts'
import type { RunEvent } from './run-event.ts'
import type { InFlight, RunState, Track } from './run-state.ts'

/** The events that are about one host on its way. */
export type HostEvent = Extract<RunEvent, { host: string }>

/** What became of a host. Only a host that is under way counts; a second report about it means nothing. */
export function onHost(move: Move, state: RunState, event: HostEvent): RunState {
  const track = state.tracks[event.track]
  const flight = track?.inFlight.find(f => f.host === event.host)
  if (!track || !flight) return state
  switch (event.type) {
    case 'deploy-intended':
      return onIntended(move, state, event.track, flight, event.from)
    case 'rollback-intended':
      return onIntended(move, state, event.track, flight, undefined)
    case 'host-skipped':
    case 'deployed':
    case 'rolled-back':
      return settled(move, withoutFlight(state, event.track, flight), event.track)
    case 'host-refused':
      return onRefused(move, state, event.track, flight, event.answer.at)
    case 'deploy-failed':
      return onDeployFailed(move, state, event, flight)
    case 'rollback-failed':
      return onRollbackFailed(move, state, event, flight)
  }
}

function onIntended(move: Move, state: RunState, index: number, flight: InFlight, from: string | undefined): RunState {
  const track = state.tracks[index]!
  if (flight.intended) return state
  // The run left its way between the look at the host and now: nothing has been done, and nothing will be.
  if (state.mode.kind === 'draining') return settled(move, withoutFlight(state, index, flight, 0), index)
  const intended = { ...flight, intended: true }
  move.effects.push(flightEffect(state, track, index, intended, false))
  const next = withTrack(state, index, { ...track, inFlight: track.inFlight.map(f => (f === flight ? intended : f)) })
  if (from === undefined) return next
  return {
    ...next,
    previousVersion: state.previousVersion ?? from,
    touched: { host: flight.host, from, before: state.touched },
    touchedCount: state.touchedCount + 1,
    firstTouchAt: state.firstTouchAt ?? move.at,
  }
}

/** The cord forbade it: the host waits for its turn, and nothing more starts until the cord is let go. */
function onRefused(move: Move, state: RunState, index: number, flight: InFlight, at: number): RunState {
  const next = withoutFlight(state, index, flight, 0)
  const track = next.tracks[index]!
  const held: Track = {
    ...track,
    open: false,
    decisions: { ...track.decisions, cord: 'wait' },
    waiting: { ...track.waiting, cord: track.waiting.cord ?? at },
  }
  return settled(move, withTrack(next, index, held), index)
}

function onDeployFailed(
  move: Move,
  state: RunState,
  event: Extract<HostEvent, { type: 'deploy-failed' }>,
  flight: InFlight,
): RunState {
  const { at, code, message, host } = event
  const track = state.tracks[event.track]!
  const cause = { by: 'deployer', code, message, at, ...whereOf(move, state, track, host) }
  return leave(move, withoutFlight(state, event.track, flight, flight.attempt), move.plan.policy.onDeployFailure, cause)
}

function onRollbackFailed(
  move: Move,
  state: RunState,
  event: Extract<HostEvent, { type: 'rollback-failed' }>,
  flight: InFlight,
): RunState {
  const { attempts, retryMs } = move.plan.policy.rollback
  const { host, message } = event
  if (flight.attempt < attempts) {
    const notBefore = move.at + retryMs
    const next = withoutFlight(state, event.track, flight, flight.attempt, notBefore)
    move.effects.push({
      kind: 'wake',
      at: notBefore,
      track: event.track,
      epoch: next.tracks[event.track]!.epoch,
      why: 'retry',
    })
    return settled(move, next, event.track)
  }
  move.effects.push({ kind: 'escalate', host, message })
  const next = withoutFlight(state, event.track, flight)
  return settled(move, { ...next, stuck: [...state.stuck, { host, message }] }, event.track)
}

/** Takes a host off the way; with `attempt` it will be tried again, as the one after that attempt. */
function withoutFlight(state: RunState, index: number, flight: InFlight, attempt?: number, notBefore = 0): RunState {
  const track = state.tracks[index]!
  const inFlight = track.inFlight.filter(f => f !== flight)
  if (attempt === undefined) return withTrack(state, index, { ...track, inFlight })
  const { host, to } = flight
  // A host that was never begun keeps the number of its attempt.
  const next = attempt === 0 ? flight.attempt : attempt + 1
  return withTrack(state, index, {
    ...track,
    inFlight,
    again: [...track.again, { host, to, attempt: next, notBefore }],
  })
}
