import type { IncomingMessage, ServerResponse } from 'node:http'
import { deadline } from '../core/abort.ts'
import { guarded } from '../core/guarded.ts'
import { safeLogger } from '../core/logger.ts'
import { invalid, literalOption, numberOption, wholeOption } from '../core/options.ts'
import { systemRandom } from '../core/random.ts'
import { realClock } from '../core/real-clock.ts'
import { createComparer } from './compare/create-comparer.ts'
import { byteBudget } from './limits/byte-budget.ts'
import { type Mirrored, mirror } from './mirror.ts'
import { createFieldTable } from './noise/field-table.ts'
import { summarise } from './noise/summarise.ts'
import { noiseKnown } from './noise-known.ts'
import { originOption } from './proxy/origin-option.ts'
import { shadowReport } from './report/shadow-report.ts'
import { chooser } from './select/chooser.ts'
import type { Shadow, ShadowCounts } from './shadow.ts'
import type { ShadowEvent } from './shadow-event.ts'
import { shadowGate } from './shadow-gate.ts'
import type { ShadowOptions } from './shadow-options.ts'
import { SKIP_REASONS, type SkipReason } from './skip-reason.ts'
import { type Target, target } from './target/target.ts'
import { countWindow } from './window-counts.ts'

const HEADER = /^[!#$%&'*+.^_`|~0-9a-z-]+$/
const MIB = 1024 * 1024

/**
 * Copies a sample of requests to a candidate and compares its answers with those that customers got. A customer never
 * waits for a copy, never sees one and never pays for one that goes wrong: what cannot be copied within the limits is
 * not copied, and is counted with its reason. Nothing of this keeps the process alive. Throws `invalid-option`.
 */
export function createShadow(options: ShadowOptions): Shadow {
  const { clock = realClock, random = systemRandom, sink, place = '-', signal, onEvent, route } = options
  const logger = safeLogger(options.logger)
  const limits = options.limits ?? {}
  const maxInFlight = wholeOption('limits.maxInFlight', limits.maxInFlight ?? 64, 1, 100_000)
  const maxBodyBytes = wholeOption('limits.maxBodyBytes', limits.maxBodyBytes ?? MIB, 1)
  const budget = byteBudget(wholeOption('limits.maxBytes', limits.maxBytes ?? 64 * MIB, 1))
  const timeoutMs = numberOption('limits.timeoutMs', limits.timeoutMs ?? 5000, 1)
  const mark = (options.mark ?? 'x-andon-shadow').toLowerCase()
  if (!HEADER.test(mark)) throw invalid('mark', 'a header name', options.mark)
  const when = literalOption('when', options.when ?? 'after', ['after', 'concurrently'])
  let mode = literalOption('mode', options.mode ?? 'compare', ['compare', 'calibrate'])
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
  let table = createFieldTable(options.noise)
  let window = countWindow(clock)
  const candidate = to('candidate', options.candidate)
  const secondary = options.secondary === undefined ? undefined : to('secondary', options.secondary)
  const mirrors = mirror({ candidate, secondary, compare, budget, maxBodyBytes, mark, when, route: routeOf, clock })
  const noise = noiseKnown()
  let inFlight = 0
  let closed = false
  const idle: (() => void)[] = []
  /** Routes of requests whose framework tells them elsewhere than on the request. */
  const routes = new WeakMap<IncomingMessage, () => string | undefined>()
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
  const skip = (reason: SkipReason) => {
    counts.skipped[reason]++
    if (reason === 'not-sampled') return
    count('Skipped')
    count(`Skipped.${reason}`)
    tell({ type: 'skipped', at: clock.now(), reason })
  }

  const settle = ({ endpoint, primary, body, candidate: first, secondary: second }: Mirrored) => {
    const at = clock.now()
    counts.mirrored++
    if (body === 're-serialised') counts.reserialised++
    count('PrimaryLatency', primary.latencyMs, 'ms')
    const request = body === 'as-sent' ? {} : { request: 'body re-serialised' }
    for (const [against, result] of [
      ['candidate', first],
      ['secondary', second],
    ] as const) {
      if (result === undefined) continue
      if (result.kind === 'error') {
        const { code, message } = result.error
        if (against === 'candidate') {
          counts.errors++
          window.add('errors')
          count('ShadowError')
        } else counts.secondaryErrors++
        tell({ type: 'error', at, endpoint, against, code, message })
      } else {
        const { comparison, answer } = result
        tell({
          type: 'compared',
          at,
          endpoint,
          against,
          comparison,
          primaryMs: primary.latencyMs,
          answerMs: answer.latencyMs,
          body,
        })
      }
    }
    if (second?.kind === 'compared') noise.learn(endpoint, second.comparison)
    if (first.kind === 'compared') {
      const { comparison, answer } = first
      const isNoise = mode === 'calibrate'
      if (isNoise) noise.learn(endpoint, comparison)
      if (second?.kind === 'compared' && !isNoise)
        table.recordPair(endpoint, { secondary: second.comparison, candidate: comparison }, { at, ...request })
      else table.record(endpoint, comparison, { against: isNoise ? 'secondary' : 'candidate', at, ...request })
      table.recordLatency(endpoint, {
        primary: primary.latencyMs,
        [isNoise ? 'secondary' : 'candidate']: answer.latencyMs,
        ...(second?.kind === 'compared' && !isNoise ? { secondary: second.answer.latencyMs } : {}),
      })
      counts[comparison.equal ? 'matched' : 'mismatched']++
      count(comparison.equal ? 'Matched' : 'Mismatched')
      count('CandidateLatency', answer.latencyMs, 'ms')
      if (!isNoise) {
        window.add('compared')
        if (!comparison.equal && noise.isReal(endpoint, comparison)) window.add('mismatched')
      }
    } else if (second?.kind === 'compared')
      table.record(endpoint, second.comparison, { against: 'secondary', at, ...request })
  }

  const watch = (request: IncomingMessage, response: ServerResponse): void => {
    counts.seen++
    if (closed) return skip('closed')
    const no =
      choose(request) ?? (candidate.isOpen ? 'breaker-open' : inFlight >= maxInFlight ? 'in-flight' : undefined)
    if (no !== undefined) return skip(no)
    inFlight++
    mirrors.watch(request, response, outcome => {
      inFlight--
      try {
        if ('dropped' in outcome) skip(outcome.dropped)
        else if (!abandoned.has(response)) settle(outcome)
      } finally {
        if (inFlight === 0) for (const resolve of idle.splice(0)) resolve()
      }
    })
  }
  /** Nothing in here is the customer's business, whatever it is. */
  const tap = (request: IncomingMessage, response: ServerResponse): void => {
    try {
      watch(request, response)
    } catch (error) {
      counts.failures++
      if (counts.failures === 1) logger.warn('andon: a request could not be shadowed', { error })
    }
  }

  const end = async (withinMs: number) => {
    closed = true
    signal?.removeEventListener('abort', onAbort)
    const drained = new Promise<void>(resolve => (inFlight === 0 ? resolve() : idle.push(resolve)))
    await deadline(clock, Math.max(1, withinMs), 'close', () => drained).catch(() => {})
    candidate.close()
    secondary?.close()
    // What was told `closed` just now ends in a moment.
    if (inFlight > 0) await deadline(clock, 1000, 'close', () => drained).catch(() => {})
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
    handler: listener => (request, response) => {
      tap(request, response)
      listener(request, response)
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
      return { ...counts, skipped: { ...counts.skipped }, inFlight, bytes: budget.used, peakBytes: budget.peak }
    },
    get mode() {
      return mode
    },
    setMode(next) {
      mode = literalOption('setMode mode', next, ['compare', 'calibrate'])
    },
    reset() {
      table = createFieldTable(options.noise)
      window = countWindow(clock)
      noise.forget()
    },
    summary: () => summarise(table.read()),
    report: () => shadowReport(shadow, clock.now()),
    async writeHtml(path, pageOptions) {
      // Loaded when somebody wants to look.
      const { shadowReportPage } = await import('./report/report-page.ts')
      const { writeFile } = await import('node:fs/promises')
      await writeFile(path, shadowReportPage(shadow.report(), pageOptions), { mode: 0o600 })
    },
    gate: gateOptions =>
      shadowGate({ window: since => window.since(since), summary: () => summarise(table.read()), clock }, gateOptions),
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

type Counting = {
  -readonly [K in keyof Omit<ShadowCounts, 'inFlight' | 'bytes' | 'peakBytes' | 'skipped'>]: number
} & {
  skipped: Record<SkipReason, number>
}

function zeroCounts(): Counting {
  const skipped = Object.fromEntries(SKIP_REASONS.map(reason => [reason, 0])) as Record<SkipReason, number>
  return {
    seen: 0,
    mirrored: 0,
    matched: 0,
    mismatched: 0,
    errors: 0,
    secondaryErrors: 0,
    reserialised: 0,
    callbackFailures: 0,
    failures: 0,
    skipped,
  }
}
