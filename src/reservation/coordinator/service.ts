import type { Clock } from '../../core/clock.ts'
import { type CordLevel, type CordReader, type CordState, unreadableCord } from '../../core/cord.ts'
import { describe, messageOf } from '../../core/options.ts'
import type { Random } from '../../core/random.ts'
import { readVerdict, verdictOfError } from '../../core/read-verdict.ts'
import type { Activity, SafetyCheck, SafetyEvidence, SafetyRequest, UnavailableHost } from '../../core/safety-check.ts'
import { type Verdict, verdict } from '../../core/verdict.ts'
import { readSafetyVerdict } from '../../parts/placement/index.ts'
import type { HostTable } from '../hosts/host-table.ts'
import type { CellState } from '../state/cell-state.ts'
import { Deadlines } from './deadlines.ts'

/** A check of the host itself, before and after the work. Whatever is not a `go` about this host is not healthy. */
export type HealthCheck = (
  subject: { readonly host: string; readonly activity: Activity; readonly when: 'before' | 'after' },
  options: { readonly signal: AbortSignal },
) => Promise<Verdict>

/** A budget of risk that is kept beside the service's own answer: durability, say. Asked the same question. */
export type BudgetCheck = (request: SafetyRequest, options: { readonly signal: AbortSignal }) => Promise<Verdict>

export interface ServiceOptions {
  readonly safety: SafetyCheck
  readonly health: HealthCheck | undefined
  readonly budget: BudgetCheck | undefined
  readonly timeoutMs: number
  readonly clock: Clock
  readonly random: Random
}

/** Asks those outside who have a say. Whatever goes wrong with them is a `wait`. */
export class Service {
  readonly options: ServiceOptions
  #serial = 0
  #prefix: string
  #deadlines: Deadlines

  constructor(options: ServiceOptions) {
    this.options = options
    this.#deadlines = new Deadlines(options.clock, options.timeoutMs)
    this.#prefix = Math.floor(options.random() * 2 ** 52).toString(36)
  }

  /** The question about one host as things stand, with those that are about to go as if they had gone. */
  question(state: CellState, host: number, id: string, activity: Activity, about: Iterable<number>): SafetyRequest {
    const { clock, timeoutMs } = this.options
    const { hosts } = state
    const rack = hosts.rack(host)
    return {
      requestId: `${this.#prefix}-${++this.#serial}`,
      host: id,
      zone: hosts.name('zone', hosts.domain('zone', host)),
      ...(rack !== undefined && { rack }),
      activity,
      unavailable: unavailable(state, host, about),
      placementVersion: state.placementVersion,
      deadline: Math.floor(clock.now() + timeoutMs),
    }
  }

  /** The service's verdict; a `go` has evidence that says what it is about. */
  async isSafe(request: SafetyRequest, signal?: AbortSignal): Promise<Verdict> {
    const { safety, clock } = this.options
    try {
      const answer = await this.#deadlines.run('isSafeToReserve', cut => safety.isSafeToReserve(request, cut), signal)
      return readSafetyVerdict(answer, request, clock.now())
    } catch (error) {
      signal?.throwIfAborted()
      return verdictOfError(error, this.#asked('isSafeToReserve', request.host))
    }
  }

  /** Undefined: there is no budget. */
  isInBudget(request: SafetyRequest, signal?: AbortSignal): Promise<Verdict> | undefined {
    const { budget } = this.options
    return budget && this.#ask('budget', request.host, signal, cut => budget(request, cut))
  }

  /** The cord outside of the cell. One that cannot be read, or does not answer with a state, is as strict as can be. */
  async readCord(cord: CordReader, signal?: AbortSignal): Promise<CordState> {
    try {
      const { level, by, reason, at } = await this.#deadlines.run('cord', cut => cord.read(cut), signal)
      if (!LEVELS.includes(level)) throw new TypeError(`level: expected ${LEVELS.join(', ')}, got ${describe(level)}`)
      return { level, by: String(by), reason: String(reason), at }
    } catch (error) {
      signal?.throwIfAborted()
      return unreadableCord(messageOf(error), this.options.clock.now())
    }
  }

  async isHealthy(host: string, activity: Activity, when: 'before' | 'after', signal?: AbortSignal): Promise<Verdict> {
    const { health } = this.options
    if (!health) return verdict('go', this.#asked('health', host), 'unchecked', 'no health check is set')
    return this.#ask('health', host, signal, cut => health({ host, activity, when }, cut))
  }

  async #ask(
    source: string,
    place: string,
    signal: AbortSignal | undefined,
    work: (cut: { readonly signal: AbortSignal }) => Promise<Verdict>,
  ): Promise<Verdict> {
    try {
      const answer = await this.#deadlines.run(source, work, signal)
      return readVerdict(answer, this.#asked(source, place))
    } catch (error) {
      signal?.throwIfAborted()
      return verdictOfError(error, this.#asked(source, place))
    }
  }

  #asked(source: string, place: string) {
    return { source, subject: { place }, at: this.options.clock.now() }
  }
}

const LEVELS: readonly CordLevel[] = ['released', 'hold', 'freeze']

export const evidenceOf = (verdict: Verdict): SafetyEvidence | undefined =>
  verdict.evidence as SafetyEvidence | undefined

function unavailable(state: CellState, asked: number, about: Iterable<number>): UnavailableHost[] {
  const { byHost, casualties, hosts } = state
  const list: UnavailableHost[] = []
  for (const held of byHost.values())
    if (held.host !== asked) list.push((held.told ??= toldOf(hosts, held.host, 'reserved', held.activity)))
  for (const [host, { activity }] of casualties) if (host !== asked) list.push(toldOf(hosts, host, 'lost', activity))
  for (const host of about)
    if (host !== asked && !byHost.has(host) && !casualties.has(host)) list.push(toldOf(hosts, host, 'reserved'))
  return list
}

function toldOf(hosts: HostTable, host: number, state: 'reserved' | 'lost', activity?: Activity): UnavailableHost {
  const id = hosts.id(host)
  const rack = hosts.rack(host)
  const zone = hosts.name('zone', hosts.domain('zone', host))
  return { host: id, zone, ...(rack !== undefined && { rack }), state, ...(activity && { activity }) }
}
