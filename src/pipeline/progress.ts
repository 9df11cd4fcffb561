import { duration } from '../core/durations.ts'
import type { RunEvent } from './run-event.ts'
import type { RunState, Track } from './run-state.ts'

/** What a message may not do to a terminal. */
const CONTROL = /\p{Cc}/gu

/** Where progress is written: a terminal, a file, a pipe. */
export interface ProgressStream {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

/**
 * Tells a run's progress as it happens: give it to `runPipeline` as `onEvent`. One plain line for each thing that
 * matters; on a terminal a status line below them that moves. `done` clears that line.
 */
export function createProgress(
  stream: ProgressStream,
  options: { readonly indent?: string } = {},
): {
  onEvent(event: RunEvent, state: RunState): void
  done(): void
} {
  const { indent = '' } = options
  const live = stream.isTTY === true
  const phases = new Map<string, string>()
  let startedAt: number | undefined
  const clear = () => (live ? '\r\u001b[2K' : '')
  const line = (at: number, text: string) => {
    const after = `${((at - (startedAt ?? at)) / 1000).toFixed(1)} s`.padStart(8)
    stream.write(`${clear()}${indent}${after}  ${text.replace(CONTROL, '\uFFFD')}\n`)
  }
  return {
    onEvent(event, state) {
      startedAt ??= state.startedAt
      const { at } = event
      const text = lineOf(event, state)
      if (text) line(at, text)
      for (const track of state.tracks) {
        const step = track.steps[track.step]!
        const key = `${track.action} ${track.name}`
        const now = `${track.step} ${track.phase}`
        if (phases.get(key) === now) continue
        phases.set(key, now)
        const said = phaseText(track)
        if (said) line(at, `${step.kind === 'check' ? step.name : `${regionName(track)} · ${step.name}`}: ${said}`)
      }
      const mode = `mode ${state.mode.kind}`
      if (phases.get('mode') !== mode) {
        phases.set('mode', mode)
        const cause = 'cause' in state.mode ? state.mode.cause : undefined
        if (cause) line(at, `${state.mode.kind}, because of ${cause.by}: ${cause.message}`)
      }
      if (live) stream.write(`${clear()}${statusLine(state, stream.columns ?? 80)}`)
    },
    done() {
      if (live) stream.write(clear())
    },
  }
}

const regionName = (track: Track): string => track.name.slice(track.name.lastIndexOf('/') + 1)

function phaseText(track: Track): string | undefined {
  const step = track.steps[track.step]!
  const hosts = `${step.hosts.length} host${step.hosts.length === 1 ? '' : 's'}`
  if (track.phase === 'during') return track.action === 'rollback' ? `rolling back ${hosts}` : `deploying to ${hosts}`
  if (track.phase === 'bake') {
    const { durationMs, dataPoints } = step.bake!
    return `baking for ${duration(durationMs)}${typeof dataPoints === 'number' ? ` and ${dataPoints} data points` : ''}`
  }
  if (track.phase === 'before' && step.kind === 'check') return `asking ${step.policies.map(p => p.gate).join(', ')}`
  return undefined
}

function lineOf(event: RunEvent, state: RunState): string | undefined {
  switch (event.type) {
    case 'run-started':
      return `${event.plan.name} ${event.previousVersion ?? ''} → ${event.version}, run ${event.run}`
    case 'resumed':
      return `resumed by ${event.holder}`
    case 'deploy-failed':
      return `deployment failed: ${event.message}`
    case 'rollback-failed':
      return `roll-back failed: ${event.message}`
    case 'host-refused':
      return `${event.host}: not now: ${event.answer.reasons[0]?.message}`
    case 'gates-answered': {
      const loud = event.answers.filter(a => a.decision === 'stop' || a.reasons[0]?.code === 'cord')
      const waiting =
        loud.length > 0
          ? loud
          : event.answers.filter(
              a => a.decision === 'wait' && state.tracks[event.track]?.waiting[a.source] === event.at,
            )
      return waiting.length > 0
        ? waiting.map(a => `${a.source} says ${a.decision}: ${a.reasons[0]?.message}`).join('; ')
        : undefined
    }
    case 'verified':
      return `hosts looked at: ${Object.entries(event.versions)
        .map(([v, n]) => `${n} × ${v}`)
        .join(', ')}`
    default:
      return undefined
  }
}

function statusLine(state: RunState, columns: number): string {
  const hosts = Object.values(state.hosts).reduce((n, list) => n + list.length, 0)
  const share = hosts === 0 ? 0 : state.touchedCount / hosts
  const bar = '█'.repeat(Math.round(share * 20)).padEnd(20, '░')
  const tracks = state.tracks
    .filter(t => t.phase !== 'done')
    .map(t => `${regionName(t)}:${t.steps[t.step]!.name}/${t.phase}`)
  return `${bar} ${state.touchedCount}/${hosts} hosts  ${state.mode.kind}  ${tracks.join(' ')}`.slice(0, columns - 1)
}
