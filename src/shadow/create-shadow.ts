import type { IncomingMessage, ServerResponse } from 'node:http'
import { deadline } from '../core/abort.ts'
import { guarded } from '../core/guarded.ts'
import { safeLogger } from '../core/logger.ts'
import { invalid, literalOption, numberOption, wholeOption } from '../core/options.ts'
import { systemRandom } from '../core/random.ts'
import { realClock } from '../core/real-clock.ts'
import { createComparer } from './compare/create-comparer.ts'
import { createFindings } from './findings.ts'
import { byteBudget } from './limits/byte-budget.ts'
import { Crowd } from './limits/crowd.ts'
import { type Exchange, mirror } from './mirror.ts'
import { knownShadowOptions } from './options/known-shadow-options.ts'
import { originOption } from './origin-option.ts'
import { shadowReport } from './report/shadow-report.ts'
import { chooser } from './select/chooser.ts'
import { isTaken } from './select/copy-headers.ts'
import type { Shadow } from './shadow.ts'
import { zeroCounts } from './shadow-counts.ts'
import type { ShadowEvent } from './shadow-event.ts'
import { shadowGate } from './shadow-gate.ts'
import type { ShadowOptions } from './shadow-options.ts'
import type { SkipReason } from './skip-reason.ts'
import { type Target, target } from './target/target.ts'

const HEADER = /^[!#$%&'*+.^_`|~0-9a-z-]+$/
const MIB = 1024 * 1024

type Tappable = ServerResponse & { [tapped: symbol]: boolean | undefined }

/**
 * Copies a sample of requests to a candidate and compares its answers with those that customers got. A customer never
 * waits for a copy, never sees one and never pays for one that goes wrong: what cannot be copied within the limits is
 * not copied, and is counted with its reason. Nothing of this keeps the process alive. Throws `invalid-option`.
 */
export function createShadow(options: ShadowOptions): Shadow {
  knownShadowOptions(options)
  const { clock = realClock, random = systemRandom, sink, place = '-', signal, onEvent, route } = options
  const logger = safeLogger(options.logger)
  const limits = options.limits ?? {}
  const maxInFlight = wholeOption('limits.maxInFlight', limits.maxInFlight ?? 64, 1, 100_000)
  const maxBodyBytes = wholeOption('limits.maxBodyBytes', limits.maxBodyBytes ?? MIB, 1)
  const budget = byteBudget(wholeOption('limits.maxBytes', limits.maxBytes ?? 64 * MIB, 1))
  const timeoutMs = numberOption('limits.timeoutMs', limits.timeoutMs ?? 5000, 1)
  const mark = (options.mark ?? 'x-andon-shadow').toLowerCase()
  if (!HEADER.test(mark) || isTaken(mark)) throw invalid('mark', 'a header name that means nothing else', options.mark)
  const when = literalOption('when', options.when ?? 'after', ['after', 'concurrently'])
  const breaker = breakerOptions(options.breaker)
  const compare = createComparer({ maxBytes: maxBodyBytes, ...options.compare })
  const to = (field: string, origin: string | URL): Target =>
    target({
      origin: originOption(field, origin),
      headers: options.headers ?? {},
      timeoutMs,
      breaker,
      clock,
    })

  const counts = zeroCounts()
  const userFailed = (error: unknown) => {
    counts.callbackFailures++
    if (counts.callbackFailures === 1) logger.warn('andon: a callback of the shadow failed', { error })
  }
  const choose = chooser(options, { mark, clock, random, failed: userFailed })
  const candidate = to('candidate', options.candidate)
  const secondary = options.secondary === undefined ? undefined : to('secondary', options.secondary)
  const mirrors = mirror({
    candidate,
    secondary,
    compare,
    budget,
    maxBodyBytes,
    mark,
    when,
    route: routeOf,
    isForeign: response => abandoned.has(response),
    clock,
    failed: error => ourFault(error),
    over(exchange, outcome) {
      open.delete(exchange)
      try {
        if (outcome === undefined) return
        if ('dropped' in outcome) skip(outcome.dropped)
        else findings.settle(outcome)
      } catch (error) {
        ourFault(error)
      } finally {
        if (open.size === 0) for (const resolve of idle.splice(0)) resolve()
      }
    },
  })
  let closed = false
  const idle: (() => void)[] = []
  const open = new Crowd<Exchange>()
  /** Routes of requests whose framework tells them elsewhere than on the request. */
  const routes = new WeakMap<IncomingMessage, () => string | undefined>()
  /** On a response that is copied: a `WeakSet` of them would cost each more than all else that is asked of it here. */
  const tapped = Symbol('andon.shadow')
  /** Responses that are not the primary's own. */
  const abandoned = new WeakSet<object>()

  function routeOf(request: IncomingMessage): string | undefined {
    try {
      return route?.(request) ?? routes.get(request)?.()
    } catch (error) {
      userFailed(error)
      return undefined
    }
  }
  const count = (metric: string, value = 1, unit: 'count' | 'ms' = 'count') => {
    if (sink) guarded(() => sink.record({ metric, place, value, unit, at: clock.now() }), userFailed)
  }
  const tell = (event: ShadowEvent) => {
    if (onEvent) guarded(() => onEvent(event), userFailed)
  }
  const findings = createFindings({
    mode: literalOption('mode', options.mode ?? 'compare', ['compare', 'calibrate']),
    noise: options.noise,
    counts,
    clock,
    count,
    tell,
  })
  const skip = (reason: SkipReason) => {
    counts.skipped[reason]++
    if (reason === 'not-sampled') return
    // A candidate that is left in peace because it fails is no better than one that fails.
    if (reason === 'breaker-open') findings.unanswered()
    count('Skipped')
    count(`Skipped.${reason}`)
    tell({ type: 'skipped', at: clock.now(), reason })
  }

  const watch = (request: IncomingMessage, response: ServerResponse): void => {
    counts.seen++
    if (closed) return skip('closed')
    const no =
      choose(request) ?? (candidate.isOpen ? 'breaker-open' : open.size >= maxInFlight ? 'in-flight' : undefined)
    if (no !== undefined) return skip(no)
    ;(response as Tappable)[tapped] = true
    const exchange = mirrors()
    open.add(exchange)
    exchange.watch(request, response)
  }
  const ourFault = (error: unknown) => {
    counts.failures++
    if (counts.failures === 1) logger.warn('andon: a request could not be shadowed', { error })
  }
  /** Nothing in here is the customer's business, whatever it is. */
  const tap = (request: IncomingMessage, response: ServerResponse): void => {
    // Wrapped twice, it is copied once.
    if ((response as Tappable)[tapped]) return
    try {
      watch(request, response)
    } catch (error) {
      ourFault(error)
    }
  }

  const end = async (withinMs: number) => {
    closed = true
    signal?.removeEventListener('abort', onAbort)
    const drained = new Promise<void>(resolve => (open.size === 0 ? resolve() : idle.push(resolve)))
    await deadline(clock, Math.max(1, withinMs), 'close', () => drained).catch(() => {})
    candidate.close()
    secondary?.close()
    // What was told `closed` just now ends in this turn of the loop; what still waits for the primary is let go.
    await new Promise(resolve => setImmediate(resolve))
    for (const exchange of open.all()) exchange.letGo()
  }
  let ending: Promise<void> | undefined
  const close = async ({ timeoutMs: withinMs = 5000 }: { readonly timeoutMs?: number } = {}) => {
    numberOption('close timeoutMs', withinMs, 0)
    return (ending ??= end(withinMs))
  }
  const onAbort = () => void close({ timeoutMs: 0 })
  if (signal?.aborted) onAbort()
  else signal?.addEventListener('abort', onAbort, { once: true })

  const shadow: Shadow = {
    tap,
    handler: listener =>
      function (this: unknown, request, response) {
        tap(request, response)
        // What it answers and what it is called on are the server's business.
        return listener.call(this, request, response)
      },
    express: () => (request, response, next) => {
      tap(request, response)
      next()
    },
    fastify() {
      const plugin = (fastify: Parameters<ReturnType<Shadow['fastify']>>[0], _options: unknown, done: () => void) => {
        fastify.addHook('onRequest', (request, reply, next) => {
          routes.set(request.raw, () => request.routeOptions?.url)
          tap(request.raw, reply.raw)
          next()
        })
        done()
      }
      // What fastify-plugin does: the hook is for the whole application and not for this plugin's own routes.
      return Object.assign(plugin, { [Symbol.for('skip-override')]: true })
    },
    skip,
    abandon: response => void abandoned.add(response),
    get counts() {
      return {
        ...counts,
        skipped: { ...counts.skipped },
        inFlight: open.size,
        bytes: budget.used,
        peakBytes: budget.peak,
      }
    },
    get mode() {
      return findings.mode
    },
    setMode: mode => findings.setMode(literalOption('setMode mode', mode, ['compare', 'calibrate'])),
    reset: findings.reset,
    summary: findings.summary,
    report: () => shadowReport(shadow, clock.now()),
    async writeHtml(path, pageOptions) {
      // Loaded when somebody wants to look.
      const { shadowReportPage } = await import('./report/report-page.ts')
      const { chmod, writeFile } = await import('node:fs/promises')
      await writeFile(path, shadowReportPage(shadow.report(), pageOptions), { mode: 0o600 })
      // One that was there before may be anybody's to read.
      await chmod(path, 0o600)
    },
    gate: gateOptions => shadowGate({ ...findings, clock }, gateOptions),
    close,
    [Symbol.asyncDispose]: () => close(),
  }
  return shadow
}

function breakerOptions(given: ShadowOptions['breaker'] = {}) {
  return {
    errorRate: numberOption('breaker.errorRate', given.errorRate ?? 0.5, 0.01, 1),
    // Fewer would open it on the first bad answer of the day.
    minCalls: wholeOption('breaker.minCalls', given.minCalls ?? 20, 20),
    windowMs: numberOption('breaker.windowMs', given.windowMs ?? 10_000, 100),
    resetMs: numberOption('breaker.resetMs', given.resetMs ?? 10_000, 1),
  }
}
