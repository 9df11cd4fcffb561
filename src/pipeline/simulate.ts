import type { HostInfo } from '../core/deployer.ts'
import { Heap } from '../core/heap.ts'
import type { PlaceId } from '../core/place.ts'
import { type Verdict, verdict } from '../core/verdict.ts'
import type { Effect } from './effect.ts'
import type { Plan } from './plan.ts'
import type { RunEvent } from './run-event.ts'
import type { EndKind, RunState } from './run-state.ts'
import { planRegions, transition } from './transition.ts'

export interface SimulationOptions {
  /** The hosts of a region; `fleet` makes some. */
  readonly hosts: (place: PlaceId) => readonly HostInfo[]
  /** How long one host's deployment takes, in milliseconds. */
  readonly deployMs: number
  /** How long one host's roll-back takes, in milliseconds. Default: `deployMs`. */
  readonly rollbackMs?: number
  /** How long gates take to answer, in milliseconds. Default 0. */
  readonly answerMs?: number
  /** What a gate answers at a moment of virtual time. Default: always `go`. */
  readonly answer?: (
    gate: string,
    question: Extract<Effect, { kind: 'ask' }>['question'],
    at: number,
  ) => Verdict['decision']
  /** Whether a deployment fails. Default: never. */
  readonly fails?: (host: PlaceId, at: number) => boolean
  /** Told of every event in turn. */
  readonly onEvent?: (event: RunEvent, state: RunState) => void
}

export interface SimulationResult {
  readonly outcome: EndKind
  /** Virtual time from the first event to the last, in milliseconds. */
  readonly durationMs: number
  readonly events: number
  readonly state: RunState
}

/** A region of `zones` × `hostsPerZone` serving hosts and one validator, as data. */
export function fleet(zones: number, hostsPerZone: number): (place: PlaceId) => HostInfo[] {
  return place => {
    const region = place.slice(place.lastIndexOf('/') + 1)
    const hosts: HostInfo[] = [{ host: `${place}/${region}-az1/-/validator`, role: 'validator' }]
    for (let zone = 1; zone <= zones; zone++) {
      for (let host = 1; host <= hostsPerZone; host++) hosts.push({ host: `${place}/${region}-az${zone}/-/h${host}` })
    }
    return hosts
  }
}

/**
 * Runs a plan through the interpreter under virtual time, without a deployer, a journal or a clock: how long it takes,
 * what would happen if. The same interpreter that real runs use; deterministic.
 */
export function simulatePipeline(plan: Plan, options: SimulationOptions): SimulationResult {
  const { deployMs, rollbackMs = deployMs, answerMs = 0, answer = () => 'go', fails = () => false, onEvent } = options
  const later = new Heap<{ event: RunEvent; order: number }>((a, b) => a.event.at - b.event.at || a.order - b.order)
  let state: RunState | undefined
  let now = 0
  let events = 0
  let order = 0

  const expect = (event: RunEvent) => later.push({ event, order: order++ })
  const answers = (effect: Extract<Effect, { kind: 'ask' }>, time: number): Verdict[] => {
    const names = [
      ...effect.question.gates.map(g => g.gate),
      'cord',
      ...(effect.question.dataPoints === null ? [] : ['data-points']),
    ]
    return names.map(gate => {
      const decision = answer(gate, effect.question, time)
      return verdict(decision, { source: gate, at: time }, 'simulated', `simulated ${decision}`)
    })
  }
  const react = (effect: Effect): void => {
    switch (effect.kind) {
      case 'ask': {
        const { track, epoch, question } = effect
        const then = now + answerMs
        return expect({
          type: 'gates-answered',
          at: then,
          track,
          epoch,
          askedAt: question.askedAt,
          answers: answers(effect, then),
        })
      }
      case 'wake':
        return expect({ type: 'time', at: effect.at, track: effect.track, epoch: effect.epoch, why: effect.why })
      case 'prepare': {
        const { track, host } = effect
        return expect(
          effect.action === 'deploy'
            ? { type: 'deploy-intended', at: now, track, host, from: 'before' }
            : { type: 'rollback-intended', at: now, track, host },
        )
      }
      case 'deploy': {
        const { track, host } = effect
        const then = now + deployMs
        if (fails(host, now))
          return expect({
            type: 'deploy-failed',
            at: then,
            track,
            host,
            code: 'simulated',
            message: 'simulated failure',
          })
        return expect({ type: 'deployed', at: then, track, host })
      }
      case 'rollback':
        return expect({ type: 'rolled-back', at: now + rollbackMs, track: effect.track, host: effect.host })
      case 'verify':
        return expect({
          type: 'verified',
          look: effect.look,
          at: now,
          versions: {},
          unexpected: [],
          unknown: [],
          unsettled: [],
        })
      case 'escalate':
      case 'end':
        return
    }
  }

  expect({
    type: 'run-started',
    at: 0,
    run: 'simulated',
    version: 'next',
    previousVersion: 'before',
    planHash: '',
    plan,
  })
  for (const place of planRegions(plan)) expect({ type: 'hosts-listed', at: 0, place, hosts: options.hosts(place) })
  for (let item = later.pop(); item; item = later.pop()) {
    const { event } = item
    now = event.at
    events++
    const next = transition(plan, state, event)
    if (onEvent && next.state !== state) onEvent(event, next.state)
    state = next.state
    for (const effect of next.effects) react(effect)
    const { kind } = state.mode
    if (kind === 'released' || kind === 'rolled-back' || kind === 'halted') break
  }
  const { kind } = state!.mode
  return {
    outcome: kind === 'released' || kind === 'rolled-back' ? kind : 'halted',
    durationMs: now,
    events,
    state: state!,
  }
}
