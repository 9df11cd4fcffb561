import { sleep } from '../core/abort.ts'
import type { Clock, Timer } from '../core/clock.ts'
import { AndonError, isAndonError } from '../core/errors.ts'
import { guarded } from '../core/guarded.ts'
import { safeLogger } from '../core/logger.ts'
import { describe, invalid, numberOption, portOption, textOption } from '../core/options.ts'
import { realClock } from '../core/real-clock.ts'
import { steadyClock } from '../core/steady-clock.ts'
import type { Journal, JournalLease } from '../parts/journal/journal.ts'
import { memoryJournal } from '../parts/journal/memory-journal.ts'
import { checkPlan } from './check-plan.ts'
import { deployerRim } from './deployer-rim.ts'
import type { Release } from './dsl.ts'
import type { Effect } from './effect.ts'
import { outcomeOf, type RunOutcome } from './outcome.ts'
import { perform, type World } from './perform.ts'
import type { Plan } from './plan.ts'
import { questionsRim } from './questions-rim.ts'
import { replay } from './replay.ts'
import type { RunEvent } from './run-event.ts'
import type { RunOptions } from './run-options.ts'
import type { RunState } from './run-state.ts'
import { startEvents } from './start-run.ts'
import { transition } from './transition.ts'

const LEASE_TTL_MS = 15_000
const LEASE_POLL_MS = 100

/**
 * Carries a release out, from the first gate to the last look at the hosts, and resolves when the run has ended:
 * `released`, `rolled-back` or `halted`. Every step is in the journal before the next one begins, so a runner that
 * dies, even by kill −9, is continued by calling this again with the same run id and plan: nothing is deployed twice.
 *
 * Rejects with `invalid-option` or `invalid-plan` (nothing recorded, nothing done), `same-version`,
 * `deployer-failed`/`deployer-malformed`/`timeout` when the hosts cannot be listed, `journal-other-run` when the journal
 * holds this run of another plan or version, `journal-held` when another runner works on it, any other journal error
 * (the run stops where it is and can be resumed), or the signal's reason.
 */
export async function runPipeline(release: Release, options: RunOptions): Promise<RunOutcome> {
  const { plan, gates } = checkRelease(release, options)
  const { version, journal = memoryJournal(options), signal } = options
  const clock = steadyClock(options.clock ?? realClock)
  const run = options.run ?? `${plan.name}-${version}-${clock.now().toString(36)}`
  const logger = safeLogger(options.logger)
  signal?.throwIfAborted()

  // Ended by the caller's signal, by a lost lease or by a journal that fails: whatever is under way is cut off.
  const stopping = new AbortController()
  const stop = (reason: unknown) => stopping.abort(reason)
  const onAbort = () => stop(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })

  const { gateTimeoutMs, deployTimeoutMs } = plan.policy
  const deployer = deployerRim(options.deployer, clock, gateTimeoutMs, deployTimeoutMs, stopping.signal)
  const questions = questionsRim(gates, options.cord, options.dataPoints, clock, gateTimeoutMs, stopping.signal)

  const lease = await takeRun(journal, run, options, clock).finally(() => {
    if (signal?.aborted) signal.removeEventListener('abort', onAbort)
  })
  const timers = new Set<Timer>()
  const keepLease = renewing(lease, options.leaseTtlMs ?? LEASE_TTL_MS, clock, timers, stop)
  try {
    const past = await replay(journal, run, { plan, version })
    stopping.signal.throwIfAborted()
    let { state, sequence } = past
    // A wall clock that was set back between two runners must not make a run's events go back in time.
    if (past.lastAt !== undefined) clock.atLeast(past.lastAt)
    const resumed = state !== undefined
    const { promise: ended, resolve: end, reject: fail } = Promise.withResolvers<void>()
    stopping.signal.addEventListener('abort', () => fail(stopping.signal.reason), { once: true })
    ended.catch(() => {})

    /** What belongs to the caller may throw, now or later: that is logged, and breaks nothing. */
    const told = (what: string, call: () => unknown) =>
      guarded(call, error => logger.warn(`andon: ${what} failed`, { error }))
    const world: World = {
      deployer,
      questions,
      clock,
      logger,
      state: () => state!,
      escalate: (host, message) => told('onEscalate', () => options.onEscalate?.(host, message)),
    }

    const queue: RunEvent[] = []
    let pumping = false
    const dispatch = (event: RunEvent | undefined) => {
      if (!event || stopping.signal.aborted) return
      queue.push(event)
      if (!pumping) void pump()
    }
    /** Takes the events one at a time, so that one transition is one append. */
    const pump = async () => {
      pumping = true
      try {
        for (let event = queue.shift(); event; event = queue.shift()) await advance(event)
      } catch (error) {
        stop(error)
      } finally {
        pumping = false
      }
    }
    /** One transition: recorded first, then carried out. */
    const advance = async (event: RunEvent) => {
      stopping.signal.throwIfAborted()
      const next = transition(plan, state, event)
      if (next.state !== state) {
        sequence = await journal.append(run, sequence, lease.token, event)
        state = next.state
        const recorded = next.state
        told('onEvent', () => options.onEvent?.(event, recorded))
        stopping.signal.throwIfAborted()
      }
      for (const effect of next.effects) carryOut(effect)
    }
    const carryOut = (effect: Effect) => {
      if (effect.kind === 'end') return end()
      if (effect.kind === 'wake') return wake(effect)
      perform(world, effect).then(dispatch, stop)
    }
    const wake = ({ at, track, epoch, why }: Extract<Effect, { kind: 'wake' }>) => {
      const timer = clock.setTimer(
        at - clock.now(),
        () => {
          timers.delete(timer)
          dispatch({ type: 'time', at: clock.now(), track, epoch, why })
        },
        { keepAlive: true },
      )
      timers.add(timer)
    }

    if (isFinal(state, options)) return outcomeOf(journal, state!, { resumed: true, endedAt: clock.now() })
    const mode = state?.mode.kind
    const listing = mode === undefined || mode === 'listing'
    if (listing) {
      for (const event of await startEvents({ plan, run, version, deployer, clock, state })) dispatch(event)
    }
    // Before the resumption: what is to be rolled back must not first go forward again.
    if (options.rollback) dispatch({ type: 'rollback-requested', at: clock.now(), ...options.rollback })
    if (resumed && !listing && !(options.rollback && AT_REST.includes(mode!))) {
      dispatch({ type: 'resumed', at: clock.now(), holder: holderOf(options) })
    }
    await ended
    return outcomeOf(journal, state!, { resumed, endedAt: clock.now() })
  } finally {
    stop(new AndonError('stopped', 'the runner has ended'))
    signal?.removeEventListener('abort', onAbort)
    keepLease.cancel()
    for (const timer of timers) timer.cancel()
    await lease.release().catch(error => logger.warn('andon: the lease could not be given back', { error }))
  }
}

/** Modes in which nothing is under way, so that a roll-back needs no resumption first. */
const AT_REST: readonly string[] = ['halted', 'released']

function isFinal(state: RunState | undefined, { rollback }: RunOptions): boolean {
  return state?.mode.kind === 'rolled-back' || (state?.mode.kind === 'released' && rollback === undefined)
}

function checkRelease(release: Release, options: RunOptions): Release {
  if (typeof release !== 'object' || release === null) throw invalid('release', '{ plan, gates }', release)
  if (typeof options !== 'object' || options === null) throw invalid('options', '{ version, deployer, … }', options)
  const plan = checkPlan(release.plan)
  textOption('version', options.version)
  if (options.run !== undefined) textOption('run', options.run)
  portOption('deployer', options.deployer, ['hosts', 'deploy', 'rollback', 'currentVersion'])
  if (options.journal !== undefined) portOption('journal', options.journal, ['append', 'read', 'lease'])
  if (options.cord !== undefined) portOption('cord', options.cord, ['read'])
  if (options.leaseTtlMs !== undefined) numberOption('leaseTtlMs', options.leaseTtlMs, 100)
  if (options.leaseWaitMs !== undefined) numberOption('leaseWaitMs', options.leaseWaitMs, 0)
  if (options.rollback !== undefined) textOption('rollback.by', options.rollback.by)
  for (const [name, gate] of Object.entries(release.gates ?? {})) {
    if (gate?.name !== name)
      throw invalid(`gates[${describe(name)}].name`, `${describe(name)}, as it is called there`, gate?.name)
  }
  for (const name of gateNames(plan)) {
    if (!Object.hasOwn(release.gates ?? {}, name) || typeof release.gates[name]?.check !== 'function')
      throw invalid(`gates[${describe(name)}]`, 'a gate, because the plan names it', release.gates?.[name])
  }
  if (needsDataPoints(plan) && typeof options.dataPoints !== 'function') {
    throw invalid('dataPoints', 'a function, because bakes of the plan need data points', options.dataPoints)
  }
  return { plan, gates: release.gates }
}

function gateNames(plan: Plan): Set<string> {
  const policies = [...plan.watch]
  for (const stage of plan.stages) {
    if (stage.kind === 'check') policies.push(...stage.gates)
    else for (const region of stage.regions) policies.push(...region.validator.gates, ...region.gates)
  }
  return new Set(policies.map(p => p.gate))
}

function needsDataPoints(plan: Plan): boolean {
  const bakes = plan.stages.flatMap(s =>
    s.kind === 'rollout'
      ? s.regions.flatMap(r => [r.bake, r.validator.bake, ...(r.oneBox ? [r.oneBox.bake] : [])])
      : [],
  )
  return bakes.some(b => typeof b.dataPoints === 'number')
}

const holderOf = ({ holder }: RunOptions): string =>
  holder ?? `${process.getBuiltinModule('node:os').hostname()}:${process.pid}`

async function takeRun(journal: Journal, run: string, options: RunOptions, clock: Clock): Promise<JournalLease> {
  const { leaseTtlMs = LEASE_TTL_MS, leaseWaitMs = 0, signal } = options
  const until = clock.monotonic() + leaseWaitMs
  for (;;) {
    try {
      return await leaseOrAbort(journal.lease(run, holderOf(options), leaseTtlMs), signal)
    } catch (error) {
      if (!isAndonError(error, 'journal-held') || clock.monotonic() >= until) throw error
      await sleep(clock, Math.min(LEASE_POLL_MS, until - clock.monotonic()), signal)
    }
  }
}

/** A journal that hangs must not hang its caller; a lease that comes after all is given back. */
function leaseOrAbort(taking: Promise<JournalLease>, signal: AbortSignal | undefined): Promise<JournalLease> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      reject(signal?.reason)
      taking.then(lease => lease.release()).catch(() => {})
    }
    if (signal?.aborted) return onAbort()
    signal?.addEventListener('abort', onAbort, { once: true })
    taking.then(resolve, reject).finally(() => signal?.removeEventListener('abort', onAbort))
  })
}

/**
 * Renews the lease three times in its life. Stops the runner when somebody else has taken the run, and when renewing has
 * failed for as long as the lease lasts; until then a store that is busy is asked again.
 */
function renewing(
  lease: JournalLease,
  ttlMs: number,
  clock: Clock,
  timers: Set<Timer>,
  stop: (reason: unknown) => void,
): Timer {
  let cancelled = false
  let renewedAt = clock.monotonic()
  const arm = (ms = ttlMs / 3) => {
    if (cancelled) return
    const timer = clock.setTimer(ms, () => {
      timers.delete(timer)
      if (!cancelled) void renew()
    })
    timers.add(timer)
  }
  const renew = async () => {
    try {
      await lease.renew()
      renewedAt = clock.monotonic()
      arm()
    } catch (error) {
      if (isAndonError(error, 'journal-fenced') || clock.monotonic() - renewedAt >= ttlMs) stop(error)
      else arm(ttlMs / 15)
    }
  }
  arm()
  return {
    cancel: () => {
      cancelled = true
    },
  }
}
