import type { Clock, Timer } from '../../core/clock.ts'
import type { CordReader } from '../../core/cord.ts'
import { AndonError, isAndonError } from '../../core/errors.ts'
import { guarded } from '../../core/guarded.ts'
import { type Logger, safeLogger, silentLogger } from '../../core/logger.ts'
import type { MetricSink } from '../../core/metrics.ts'
import { invalid, messageOf, numberOption, portOption, textOption } from '../../core/options.ts'
import { placeAt } from '../../core/place.ts'
import { type Random, systemRandom } from '../../core/random.ts'
import { realClock } from '../../core/real-clock.ts'
import type { SafetyCheck } from '../../core/safety-check.ts'
import type { Ledger, LedgerEntry } from '../../parts/ledger/index.ts'
import * as fleet from '../decide/fleet-commands.ts'
import type { Command } from '../decide/intent.ts'
import { rightful } from '../decide/refuse.ts'
import type { ReservationEvent } from '../model/events.ts'
import { readHostId } from '../model/host-record.ts'
import type { Policy } from '../model/policy.ts'
import { readPolicy } from '../model/read-policy.ts'
import { readReserve } from '../model/read-reserve.ts'
import { emptyState } from '../state/cell-state.ts'
import { expiresAt, reservationOf } from '../state/held.ts'
import { breakGlassOf } from './break-glass.ts'
import { casualtiesOf } from './casualties.ts'
import type { AuditEntry, Coordinator, ReservationCall } from './coordinator.ts'
import { explainer } from './explainer.ts'
import { fleetChangesOf } from './fleet-changes.ts'
import { housekeeper } from './housekeeper.ts'
import { Line } from './line.ts'
import { movesOf } from './moves.ts'
import { Requests } from './requests.ts'
import { Seeker } from './seeker.ts'
import { type BudgetCheck, type HealthCheck, Service } from './service.ts'
import { loadSnapshots } from './snapshots.ts'
import { Denials, statusOf } from './status.ts'
import { unlessAborted, Writer } from './writer.ts'

export interface CoordinatorOptions {
  /** Where the cell is kept: `memoryLedger`, `sqliteLedger`, `postgresLedger` or `dynamoDbLedger`. It stays open when the coordinator closes. */
  readonly ledger: Ledger
  /** Which cell: one ledger stream each. Limits are per cell. Default `default`. */
  readonly cell?: string
  /** The service that owns the data. Whatever it answers but a `go` about this very question, in time, denies. */
  readonly safety: SafetyCheck
  /** What the fleet can spare. Given, it is written into the ledger when it is another one than is there. Default: that of the ledger, else the defaults of `Policy`. */
  readonly policy?: Policy
  /** Asked before the work (`approved`) and after it. Default: none. */
  readonly health?: HealthCheck
  /** A budget of risk that has to say go as well. Default: none. */
  readonly budget?: BudgetCheck
  /** A cord outside of the cell's own: read before each grant, and once more before anybody is told of it. Default: none. */
  readonly cord?: CordReader
  /** How long the service, the budget and the health check may take, in milliseconds. Default 5,000. */
  readonly timeoutMs?: number
  /** A service's answer is used within so many milliseconds of its question, or not at all. Default 10,000. */
  readonly answerMs?: number
  /** How long a call may go on without the store saying whether it took it, in milliseconds. Default 10,000. */
  readonly uncertainMs?: number
  /** How often leases are looked at and others' changes read, in milliseconds. Default 1,000. */
  readonly everyMs?: number
  /** A snapshot is saved after so many entries. Default 10,000. */
  readonly snapshotEvery?: number
  /** How many of the newest entries stay in the ledger when a snapshot is saved: the audit log. Default: all. */
  readonly keepEntries?: number
  readonly sink?: MetricSink
  readonly logger?: Logger
  readonly clock?: Clock
  readonly random?: Random
}

/**
 * Decides who may take which host away, for one cell. Begins to read its ledger at once; every call waits for that. Its
 * timer does not keep the process alive. Throws `invalid-option`.
 */
export function createCoordinator(options: CoordinatorOptions): Coordinator {
  if (typeof options !== 'object' || options === null) throw invalid('options', 'an object', options)
  const { clock = realClock, random = systemRandom, logger = silentLogger, policy, sink } = options
  const ledger = portOption<Ledger>('ledger', options.ledger, ['append', 'read', 'snapshot', 'saveSnapshot', 'trim'])
  const safety = portOption<SafetyCheck>('safety', options.safety, ['isSafeToReserve'])
  const cell = textOption('cell', options.cell ?? 'default')
  const timeoutMs = numberOption('timeoutMs', options.timeoutMs ?? 5000, 1)
  const log = safeLogger(logger)
  if (policy !== undefined) readPolicy(policy)
  for (const [field, check] of Object.entries({ health: options.health, budget: options.budget }))
    if (check !== undefined && typeof check !== 'function') throw invalid(field, 'a function', check)
  if (options.cord !== undefined) portOption<CordReader>('cord', options.cord, ['read'])

  const state = emptyState()
  // 52 bits of chance: unique enough among the writers of a cell.
  const name = Math.floor(random() * 2 ** 52).toString(36)
  let serial = 0
  const isKnown = (host: string) => state.hosts.find(host) >= 0
  const line = new Line()
  const denials = new Denials()
  const listeners = new Set<(events: readonly ReservationEvent[], at: number) => void>()
  const onEntry = ({ events, at }: LedgerEntry) => {
    const said = (events as readonly ReservationEvent[]).filter(e => e.type !== 'written')
    denials.note(said, at)
    housekeeping.note(said)
    line.changed()
    for (const listener of listeners)
      guarded(
        () => listener(said, at),
        error => log.warn('a listener to reservations failed', { error: messageOf(error) }),
      )
    if (sink) count(sink, said)
  }
  const writer = new Writer({
    ledger,
    cell,
    state,
    clock,
    name,
    uncertainMs: numberOption('uncertainMs', options.uncertainMs ?? 10_000, 1),
    reload: async signal => void (await loadSnapshots(ledger, cell, state, signal)),
    onEntry,
  })
  const service = new Service({ safety, health: options.health, budget: options.budget, timeoutMs, clock, random })
  const answerMs = numberOption('answerMs', options.answerMs ?? 10_000, 1)
  const seeker = new Seeker({ state, writer, line, service, cord: options.cord, clock, answerMs })
  const requests = new Requests({ seeker, line, writer, clock, random })
  const everyMs = numberOption('everyMs', options.everyMs ?? 1000, 1)
  const housekeeping = housekeeper({
    ledger,
    cell,
    state,
    writer,
    line,
    clock,
    log,
    everyMs,
    snapshotEvery: numberOption('snapshotEvery', options.snapshotEvery ?? 10_000, 1),
    keepEntries: numberOption('keepEntries', options.keepEntries ?? Number.MAX_SAFE_INTEGER, 1),
  })

  let closed = false
  let opened = false
  let opening: Promise<void> | undefined
  let loaded = false
  const read = async () => {
    const saved = await loadSnapshots(ledger, cell, state)
    await writer.catchUp()
    return saved
  }
  const open = async () => {
    // Once only: from then on the state is the writer's, even when what follows has to be tried again.
    if (!loaded) {
      const saved = await read().catch(cause => {
        if (isAndonError(cause, 'ledger-corrupt')) throw cause
        throw new AndonError('reservation-unreachable', `the ledger cannot be read: ${messageOf(cause)}`, { cause })
      })
      loaded = true
      housekeeping.begin(saved)
    }
    await writer.submit(fleet.configurePolicy(policy, 'configuration'))
    opened = true
  }
  const ready = async (call?: ReservationCall): Promise<void> => {
    call?.signal?.throwIfAborted()
    if (closed) throw new AndonError('reservation-closed', 'the coordinator is closed')
    opening ??= open()
    opening.catch(() => {
      // A failed attempt is not remembered: the next call tries again.
      opening = undefined
    })
    await (call?.signal ? unlessAborted(opening, call.signal) : opening)
    call?.signal?.throwIfAborted()
  }
  const submit = async <T>(command: Command<T>, call?: ReservationCall): Promise<T> => {
    if (!opened) await ready(call)
    return writer.submitOrAbort(command, call?.signal)
  }
  const world = { state, writer, service, requests, line, random, ready, submit, options }
  let retry: Timer | undefined
  // Leases have to be looked after even when nobody calls.
  const begin = (): void => {
    ready().catch(error => {
      if (closed) return
      log.warn('reservations: the ledger could not be read yet', { error: messageOf(error) })
      retry = clock.setTimer(everyMs, begin)
    })
  }
  begin()

  const close = async () => {
    closed = true
    retry?.cancel()
    housekeeping.end()
    requests.close()
    await opening?.catch(() => {})
    await writer.close()
    if (opened) await housekeeping.saveLast()
    listeners.clear()
  }
  return {
    ready,
    ...fleetChangesOf(world),
    async reserve(request, call) {
      const { host, activity, holder, reason, ttlMs, key, priority, ...patience } = readReserve(request, isKnown)
      if (!opened) await ready(call)
      const terms = {
        id: `r-${name}-${++serial}`,
        host,
        activity,
        holder,
        reason,
        priority,
        key,
        ttlMs,
        breakGlass: undefined,
        proposal: undefined,
      }
      return requests.run(terms, patience, call?.signal)
    },
    explain: explainer(world),
    ...movesOf(world),
    async check({ host, token }, call) {
      readHostId('host', host)
      await ready(call)
      return writer.submitOrAbort((now, at) => {
        const held = now.byHost.get(now.hosts.known(host))
        if (!held) throw new AndonError('reservation-lost', `${host}: nobody has reserved it`)
        rightful(now, held.id, token, at)
        return {
          events: [],
          // Written together with others' commands, it must not be true only of the time at which it was decided.
          before: expiresAt(held),
          result: s => ({
            leftMs: expiresAt(held) - writer.time.now(),
            reservation: reservationOf(held, s.hosts),
          }),
        }
      }, call?.signal)
    },
    ...casualtiesOf(world),
    ...breakGlassOf(world),
    cord: {
      read: async call => submit(s => ({ events: [], result: () => s.cord }), call),
      pull: (level, by, reason) => submit(fleet.pullCord(level, by, reason)),
      release: (by, reason) => submit(fleet.releaseCord(by, reason)),
    },
    async get(id, call) {
      textOption('id', id)
      return submit(s => {
        const held = s.reservations.get(id)
        return { events: [], result: () => held && reservationOf(held, s.hosts) }
      }, call)
    },
    async status(call) {
      await ready(call)
      await writer.sync(call?.signal)
      return statusOf(cell, state, writer.time.now(), requests.list(), denials.newest())
    },
    async audit({ after, limit = 1000, ...call } = {}) {
      await ready(call)
      const from = after ?? (await firstLeft(ledger, cell, state.sequence, call))
      const { entries } = await ledger.read(cell, from, { limit, ...call })
      return entries as readonly AuditEntry[]
    },
    watch(listener) {
      if (typeof listener !== 'function') throw invalid('listener', 'a function', listener)
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** The entry before the first one that was not trimmed. */
async function firstLeft(ledger: Ledger, cell: string, newest: number, call: ReservationCall): Promise<number> {
  const isLeft = (after: number) =>
    ledger.read(cell, after, { limit: 1, ...call }).then(
      () => true,
      error => {
        if (isAndonError(error, 'ledger-trimmed')) return false
        throw error
      },
    )
  if (await isLeft(0)) return 0
  let [gone, left] = [0, newest]
  while (left - gone > 1) {
    const middle = Math.floor((gone + left) / 2)
    if (await isLeft(middle)) left = middle
    else gone = middle
  }
  return left
}

function count(sink: MetricSink, events: readonly ReservationEvent[]): void {
  for (const event of events) {
    if (event.type === 'granted' || event.type === 'denied') {
      const dimensions = event.type === 'denied' ? { Step: event.step } : undefined
      const metric = event.type === 'granted' ? 'ReservationsGranted' : 'ReservationsDenied'
      const place = placeAt(event.host, 'zone') ?? event.host
      guarded(
        () => sink.record({ metric, place, value: 1, unit: 'count', ...(dimensions && { dimensions }) }),
        () => {},
      )
    }
  }
}
