import type { PlaceId } from '../core/place.ts'
import type { Journal } from '../parts/journal/journal.ts'
import { pipelineReport, type ReportExtras } from './report.ts'
import type { Cause, EndKind, RunState } from './run-state.ts'

/** How a run ended. Plain data, but for `writeHtml`. */
export interface RunOutcome {
  readonly run: string
  /** `halted` runs can be continued (call `runPipeline` again) or rolled back; the others are final. */
  readonly outcome: EndKind
  readonly version: string
  readonly previousVersion: string | undefined
  /** Whether this call continued a run that an earlier one began. */
  readonly resumed: boolean
  /** Why it was not released: who caught what, where and when. */
  readonly cause: Cause | undefined
  /** From the first host touched to the cause, in milliseconds. */
  readonly caughtAfterMs: number | undefined
  readonly startedAt: number
  readonly endedAt: number
  readonly hosts: number
  readonly hostsTouched: number
  /** How many hosts run which version, as they said at the end. */
  readonly versions: Readonly<Record<string, number>>
  /** Hosts that somebody must look at: roll-back failed, or they run what they should not, or do not say. */
  readonly attention: readonly { readonly host: PlaceId; readonly message: string }[]
  /** Writes the report as one HTML file that opens without a network. */
  writeHtml(path: string, extras?: ReportExtras): Promise<void>
}

export function outcomeOf(journal: Journal, state: RunState, about: { resumed: boolean; endedAt: number }): RunOutcome {
  const { mode, verified } = state
  const outcome: EndKind = mode.kind === 'released' || mode.kind === 'rolled-back' ? mode.kind : 'halted'
  const cause = 'cause' in mode ? mode.cause : undefined
  return {
    run: state.run,
    outcome,
    version: state.version,
    previousVersion: state.previousVersion,
    resumed: about.resumed,
    cause,
    caughtAfterMs: cause && state.firstTouchAt !== undefined ? Math.max(0, cause.at - state.firstTouchAt) : undefined,
    startedAt: state.startedAt,
    endedAt: about.endedAt,
    hosts: Object.values(state.hosts).reduce((n, list) => n + list.length, 0),
    hostsTouched: distinctTouched(state),
    versions: verified?.versions ?? {},
    attention: [
      ...state.stuck,
      ...(verified?.unexpected ?? []).map(u => ({ host: u.host, message: `runs ${u.actual}, not ${u.expected}` })),
      ...(verified?.unknown ?? []),
      ...(verified?.unsettled ?? []),
    ],
    async writeHtml(path, extras) {
      const { writeFile } = await import('node:fs/promises')
      await writeFile(path, await pipelineReport(journal, state.run, extras), { mode: 0o600 })
    },
  }
}

/** A host that was refused or failed after its intent was recorded, and tried again, is still one host. */
function distinctTouched(state: RunState): number {
  const hosts = new Set<PlaceId>()
  for (let t = state.touched; t; t = t.before) hosts.add(t.host)
  return hosts.size
}
