import type { Clock } from '../../core/clock.ts'
import type { CordReader } from '../../core/cord.ts'
import { cordAllows } from '../../core/cord.ts'
import type { Verdict } from '../../core/verdict.ts'
import { firstRefusal } from '../decide/checks.ts'
import { byKey, type Cleared, type Committed, type GrantTerms, grant, grantedBefore } from '../decide/grant.ts'
import { untouched } from '../decide/lease-commands.ts'
import type { Refusal } from '../decide/refusal.ts'
import { brief } from '../model/brief.ts'
import type { CellState } from '../state/cell-state.ts'
import type { ReserveAnswer } from './coordinator.ts'
import type { Line, Place } from './line.ts'
import { evidenceOf, type Service } from './service.ts'
import type { Writer } from './writer.ts'

/** One look at whether a request can be granted. */
export type Look =
  | { readonly kind: 'granted'; readonly answer: ReserveAnswer & { readonly granted: true } }
  | {
      readonly kind: 'refused'
      readonly step: string
      readonly refusal: Refusal
      readonly reasons?: Verdict['reasons']
      /** Of the placement that the service looked at. */
      readonly placementVersion?: number | undefined
      /** Its grant was taken back: what comes later is another request’s. */
      readonly isOver?: true
    }
  /** These are being decided on, and may take what this one needs: look again when they are through. */
  | { readonly kind: 'contended'; readonly others: readonly Place[]; readonly asked: boolean }

export interface SeekerOptions {
  readonly state: CellState
  readonly writer: Writer
  readonly line: Line
  readonly service: Service
  readonly cord: CordReader | undefined
  readonly clock: Clock
  /** An answer of the service is worth nothing after so many milliseconds. */
  readonly answerMs: number
}

/** How often a request begins anew because the world changed while the service was asked. */
const TRIES = 20

/** Looks whether a request can be granted, and grants it if so. */
export class Seeker {
  #options: SeekerOptions

  constructor(options: SeekerOptions) {
    this.#options = options
  }

  async look(terms: GrantTerms, place: Place, signal: AbortSignal | undefined): Promise<Look> {
    for (let tries = 0; tries < TRIES; tries++) {
      const look = await this.#once(terms, place, signal)
      if (look) return look
    }
    const refusal = {
      code: 'changing',
      message: 'the fleet changed each time while the service was asked',
      change: 'less is going on',
    }
    return { kind: 'refused', step: 'safety', refusal }
  }

  /** Undefined: something changed meanwhile. */
  async #once(terms: GrantTerms, place: Place, signal: AbortSignal | undefined): Promise<Look | undefined> {
    const { state, writer, line } = this.#options
    if (byKey(state, terms)) {
      // Others may have ended it since.
      const known = await writer.submit(grantedBefore(terms), signal)
      return known && grantedLook(known)
    }
    const host = state.hosts.find(terms.host)
    place.host = host
    const candidate = { host, activity: terms.activity, now: writer.time.now() }
    const broken = terms.breakGlass !== undefined
    const refused = firstRefusal(state, candidate, broken)
    if (refused) return { kind: 'refused', step: refused.step, refusal: refused }
    const claims = broken ? undefined : line.claims(place, state.hosts, candidate.now)
    const behind = claims && firstRefusal(state, { ...candidate, ahead: claims })
    if (behind) {
      const message = `others stand in line for it: ${behind.message}`
      return { kind: 'refused', step: behind.step, refusal: { ...behind, code: 'queued', message } }
    }
    const ahead = line.asked()
    if (ahead && firstRefusal(state, { ...candidate, ahead }, broken))
      return { kind: 'contended', others: line.asking(), asked: false }
    // Only of those who came before is the service told: were two told of each other, both would be denied, for ever.
    const others = line.askingBefore(place)
    line.ask(place, state.hosts)
    try {
      return await this.#ask(terms, others, signal)
    } finally {
      line.through(place)
    }
  }

  async #ask(terms: GrantTerms, others: readonly Place[], signal: AbortSignal | undefined): Promise<Look | undefined> {
    const { state, writer, service, cord, answerMs } = this.#options
    const pulled = cord && (await this.#cord(cord, signal))
    if (pulled) return { kind: 'refused', step: 'cord', refusal: pulled }
    // From here to the question nothing can change: what is told is what is counted. Hosts may have other numbers now.
    const host = state.hosts.find(terms.host)
    if (host < 0) return undefined
    const told = others.length === 0 ? [] : others.map(o => o.host)
    const { sequence } = state
    for (let i = state.gone.length - 1; i >= 0 && state.gone[i]!.sequence > sequence; i--)
      told.push(state.gone[i]!.host)
    for (const back of state.back) if (back.sequence > sequence) told.push(back.host)
    const question = service.question(state, host, terms.host, terms.activity, told)
    let validUntil = writer.time.now() + answerMs
    const asked = service.isInBudget(question, signal)
    const budget = asked && (await asked)
    if (budget && budget.decision !== 'go') return this.#no('budget', budget, others)
    if (budget) validUntil = Math.min(validUntil, this.#until(budget))
    const verdict = await service.isSafe(question, signal)
    if (verdict.decision !== 'go' && !accepts(terms, verdict)) return this.#no('safety', verdict, others)
    validUntil = Math.min(validUntil, this.#until(verdict))
    const again = cord && (await this.#cord(cord, signal))
    if (again) return { kind: 'refused', step: 'cord', refusal: again }
    const placementVersion = evidenceOf(verdict)?.placementVersion ?? state.placementVersion
    const cleared: Cleared = { sequence, told, placementVersion, because: brief(verdict.reasons), validUntil }
    const committed = await writer.submit(grant(terms, cleared), signal)
    if (committed.state === 'stale') return undefined
    if (committed.state === 'refused') return { kind: 'refused', step: committed.step, refusal: committed.refusal }
    const { id, token } = committed.reservation
    if (signal?.aborted && terms.key === undefined) {
      // Nobody waits for it any more, and without a key nobody can find it again.
      await writer.submit(untouched(id, token))
      signal.throwIfAborted()
    }
    // What another request with the same key has got is not for this one to take back.
    const late = cord && id === terms.id && (await this.#cord(cord))
    if (!late) return grantedLook(committed)
    // Pulled while it was being written: nobody has been told yet, and nobody will be.
    await writer.submit(untouched(id, token))
    return { kind: 'refused', step: 'cord', refusal: late, isOver: true }
  }

  /** How long a verdict holds, by the store's time. */
  #until({ validUntil }: Verdict): number {
    const { writer, clock } = this.#options
    return validUntil === undefined ? Number.POSITIVE_INFINITY : writer.time.now() + (validUntil - clock.now())
  }

  /** A no of somebody outside. If others were told of who may yet not get their host, a stop is not the last word. */
  #no(step: 'budget' | 'safety', verdict: Verdict, others: readonly Place[]): Look {
    const { state } = this.#options
    const undecided = others.some(({ host }) => !state.byHost.has(host) && !state.casualties.has(host))
    if (undecided && verdict.decision === 'stop') return { kind: 'contended', others, asked: true }
    const [first] = verdict.reasons
    const refusal: Refusal = {
      code: first?.code ?? 'no-reason',
      message: first?.message ?? `${verdict.source} says ${verdict.decision}`,
      change: verdict.decision === 'stop' ? 'the service says go' : 'the service can tell',
    }
    // A stop has passed its reading with the version that it names; a wait is not held to it.
    const isHeld = step === 'safety' && verdict.decision === 'stop'
    const placementVersion = isHeld ? evidenceOf(verdict)?.placementVersion : undefined
    return { kind: 'refused', step, refusal, reasons: brief(verdict.reasons), placementVersion }
  }

  /** What the cord outside of the cell says, if there is one and it says no. One that cannot be read says no. */
  async #cord(cord: CordReader, signal?: AbortSignal): Promise<Refusal | undefined> {
    const state = await this.#options.service.readCord(cord, signal)
    if (cordAllows(state, 'forward')) return undefined
    return { code: 'cord', message: `${state.level} by ${state.by}: ${state.reason}`, change: 'the cord is released' }
  }
}

/** Whether two people have accepted exactly what the service warns of, and it told all. */
function accepts({ breakGlass }: GrantTerms, verdict: Verdict): boolean {
  if (!breakGlass || verdict.decision !== 'stop') return false
  const { hurt = [], hurtCount = hurt.length } = evidenceOf(verdict) ?? {}
  const accepted = new Set(breakGlass.accepted)
  return hurt.length > 0 && hurtCount === hurt.length && hurt.every(stripe => accepted.has(stripe))
}

const grantedLook = (committed: Committed & { readonly state: 'granted' }): Look => ({
  kind: 'granted',
  answer: { granted: true, reservation: committed.reservation },
})
