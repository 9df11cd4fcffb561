import { ask } from '../../core/ask.ts'
import type { Clock } from '../../core/clock.ts'
import {
  type CordReader,
  type CordState,
  cordAllows,
  cordVerdict,
  type EffectKind,
  unreadableCord,
} from '../../core/cord.ts'
import { AndonError } from '../../core/errors.ts'
import type { Gate } from '../../core/gate.ts'
import { describe, invalid, messageOf, portOption, textOption } from '../../core/options.ts'
import { realClock } from '../../core/real-clock.ts'
import type { Verdict } from '../../core/verdict.ts'
import type { Audience } from '../audiences/audience.ts'
import { cohortNames } from '../audiences/compile-audience.ts'
import {
  type CheckedLadder,
  checkLadder,
  type Ladder,
  type LadderPosition,
  stepDown,
  stepUp,
} from '../audiences/ladder.ts'
import { isObject, type JsonObject } from '../documents/json-object.ts'
import { changeDocument } from './change-document.ts'
import type { DocumentWriter } from './document-writer.ts'

export interface LadderOptions {
  /** Whose ladder it is, in the audiences that `writer` writes. */
  readonly flag: string
  /** Where the audiences are written. */
  readonly writer: DocumentWriter
  /** Must say `go` before each step up. Default: nobody is asked. */
  readonly gate?: Gate
  /** Read before each step: `hold` forbids going up, `freeze` going down as well. Default: none. */
  readonly cord?: CordReader
  readonly clock?: Clock
}

/** Who moves the ladder, and why. Kept in the document, with the version, and wherever the writer keeps an audit. */
export interface LadderMove {
  readonly by: string
  readonly reason: string
  readonly signal?: AbortSignal
}

export interface LadderRetreat extends LadderMove {
  /** How far down: `step` (default), to the whole of a rung further down, or `nobody`. */
  readonly to?: 'step' | 'nobody' | { readonly rung: string }
}

/** What came of a move. Where it did not move, `verdict` says why, unless it was at the end already. */
export type LadderOutcome =
  | {
      readonly moved: true
      readonly from: LadderPosition | undefined
      readonly to: LadderPosition | undefined
      readonly version: string
    }
  | { readonly moved: false; readonly at: LadderPosition | undefined; readonly verdict: Verdict | undefined }

/** A ladder that can be moved. */
export interface LadderControl {
  /** Where it stands now; undefined: nobody is in. */
  read(options?: { readonly signal?: AbortSignal }): Promise<LadderPosition | undefined>
  /** One step up, when cord and gate allow it. */
  advance(move: LadderMove): Promise<LadderOutcome>
  /** Down, without asking any gate. */
  retreat(move: LadderRetreat): Promise<LadderOutcome>
}

/**
 * Moves the ladder of one flag, a step at a time, each an audited write. The gate is asked about the flag as version
 * `FLAG RUNG SHARE`, with evidence counting since the step before; whatever is not `go` leaves the ladder where it is.
 * When somebody else has moved it meanwhile a move rejects with `conflict`: two who advance at the same time make one
 * step. Rejects with `not-found` when the flag has no ladder.
 */
export function createLadder(options: LadderOptions): LadderControl {
  const { gate, cord, clock = realClock } = options
  const flag = textOption('createLadder flag', options.flag)
  const writer = portOption<DocumentWriter>('createLadder writer', options.writer, ['read', 'write'])
  if (gate !== undefined) portOption('createLadder gate', gate, ['check'])
  if (cord !== undefined) portOption('createLadder cord', cord, ['read'])

  const look = async (signal: AbortSignal | undefined) => {
    const document = await writer.read(signal ? { signal } : {})
    return ladderIn(document?.content ?? {}, flag, writer.name)
  }
  const cordSays = async (kind: EffectKind, signal: AbortSignal | undefined): Promise<Verdict | undefined> => {
    if (cord === undefined) return undefined
    const state = await readCord(cord, clock, signal)
    return cordAllows(state, kind) ? undefined : cordVerdict(state, kind, clock.now())
  }
  const gateSays = async (to: LadderPosition, since: number, signal: AbortSignal | undefined) => {
    if (gate === undefined) return undefined
    const version = `${flag} ${to.rung} ${to.share}`
    const context = { run: `ladder:${flag}`, version, phase: 'before', since } as const
    const verdict = await ask(gate, { ...context, signal: signal ?? new AbortController().signal }, { clock })
    return verdict.decision === 'go' ? undefined : verdict
  }
  const move = async (
    from: LadderPosition | undefined,
    to: LadderPosition | undefined,
    { by, reason, signal }: LadderMove,
    retreat: boolean,
  ): Promise<LadderOutcome> => {
    const edit = (document: JsonObject) => {
      const { checked, ladder, audience } = ladderIn(document, flag, writer.name)
      if (!samePosition(checked.at, from))
        throw new AndonError(
          'conflict',
          `ladder of ${flag}: it stood at ${describe(from)} and was moved to ${describe(checked.at)} meanwhile`,
        )
      const { at: _, ...rest } = ladder
      const moved = { by, reason, at: clock.now() }
      const next: Ladder = { ...rest, ...(to ? { at: to } : {}), moved }
      return { ...document, [flag]: { ...audience, ladder: next } }
    }
    const change = { kind: 'audiences', by, reason, retreat, clock, ...(signal ? { signal } : {}) } as const
    const { version } = await changeDocument(writer, edit, change)
    return { moved: true, from, to, version: version! }
  }
  const words = ({ by, reason }: LadderMove) => {
    textOption('ladder by', by)
    textOption('ladder reason', reason)
  }

  return {
    read: async ({ signal } = {}) => (await look(signal)).checked.at,
    async advance(given) {
      words(given)
      const { checked, ladder } = await look(given.signal)
      const to = stepUp(checked)
      if (to === undefined) return { moved: false, at: checked.at, verdict: undefined }
      const no = (await cordSays('forward', given.signal)) ?? (await gateSays(to, ladder.moved?.at ?? 0, given.signal))
      // The gate may have taken its time, and the cord may have been pulled in it.
      const late = no ?? (gate && (await cordSays('forward', given.signal)))
      return late ? { moved: false, at: checked.at, verdict: late } : move(checked.at, to, given, false)
    },
    async retreat(given) {
      words(given)
      const { checked } = await look(given.signal)
      const step = below(checked, given.to ?? 'step')
      if (step === undefined) return { moved: false, at: checked.at, verdict: undefined }
      const no = await cordSays('rollback', given.signal)
      return no ? { moved: false, at: checked.at, verdict: no } : move(checked.at, step.position, given, true)
    },
  }
}

function below(ladder: CheckedLadder, to: NonNullable<LadderRetreat['to']>): ReturnType<typeof stepDown> {
  if (to === 'step') return stepDown(ladder)
  if (to === 'nobody') return ladder.at && { position: undefined }
  const names = ladder.rungs.map(r => r.name)
  const here = ladder.at === undefined ? -1 : names.indexOf(ladder.at.rung)
  const asked = names.indexOf(textOption('retreat to.rung', to?.rung))
  if (asked < 0 || asked >= here)
    throw invalid(
      'retreat to.rung',
      `a rung below where it stands (${names.slice(0, Math.max(here, 0)).join(', ') || 'there is none'})`,
      to.rung,
    )
  return { position: { rung: to.rung, share: 1 } }
}

function ladderIn(
  document: JsonObject,
  flag: string,
  name: string,
): { checked: CheckedLadder; ladder: Ladder; audience: Audience } {
  const audience = Object.hasOwn(document, flag) ? (document[flag] as Audience) : undefined
  if (!isObject(audience?.ladder))
    throw new AndonError('not-found', `${name}: flag ${flag} has no ladder in the audiences`)
  const at = `audiences[${describe(flag)}]`
  const given: unknown = audience?.cohorts ?? []
  if (!Array.isArray(given)) throw invalid(`${at}.cohorts`, 'a list', given)
  const cohorts = cohortNames(at, given)
  return {
    checked: checkLadder(`audiences[${describe(flag)}].ladder`, audience!.ladder!, cohorts),
    ladder: audience!.ladder!,
    audience: audience!,
  }
}

const samePosition = (a: LadderPosition | undefined, b: LadderPosition | undefined): boolean =>
  a?.rung === b?.rung && a?.share === b?.share

async function readCord(cord: CordReader, clock: Clock, signal: AbortSignal | undefined): Promise<CordState> {
  try {
    return await cord.read(signal ? { signal } : {})
  } catch (error) {
    signal?.throwIfAborted()
    return unreadableCord(messageOf(error), clock.now())
  }
}
