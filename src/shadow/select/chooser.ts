import type { IncomingMessage } from 'node:http'
import { bucketLimit, bucketOf, seedState } from '../../core/bucket.ts'
import type { Clock } from '../../core/clock.ts'
import { invalid, numberOption } from '../../core/options.ts'
import type { Random } from '../../core/random.ts'
import { pathOf, urlOf } from '../endpoint.ts'
import { rateLimit } from '../limits/rate-limit.ts'
import { isSendable } from '../send/request-bytes.ts'
import type { ShadowOptions } from '../shadow-options.ts'
import type { SkipReason } from '../skip-reason.ts'
import { pathFilter } from './path-filter.ts'

/** Methods that change nothing, by what HTTP says of them. */
export const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS']
const EVERY_SAMPLE = seedState('shadow')
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

/**
 * Says which requests are copied: why not, or undefined. The cheapest questions come first, since nearly all requests end
 * there. Throws `invalid-option`.
 */
export function chooser(
  options: ShadowOptions,
  { mark, clock, random, failed }: { mark: string; clock: Clock; random: Random; failed: (error: unknown) => void },
): (request: IncomingMessage) => SkipReason | undefined {
  const { sampleBy, select, enabled } = options
  for (const name of ['sampleBy', 'select', 'enabled', 'route', 'onEvent'] as const)
    if (options[name] !== undefined && typeof options[name] !== 'function')
      throw invalid(name, 'a function', options[name])
  const share = numberOption('sample', options.sample ?? 0.05, 0, 1)
  const below = bucketLimit(share * 100)
  const methods = methodsOf(options)
  const paths = pathFilter(options.paths)
  const perSecond = options.limits?.maxPerSecond
  const inBudget =
    perSecond === undefined ? undefined : rateLimit(numberOption('limits.maxPerSecond', perSecond, 0.001), clock)
  /** Whose callback fails says no. */
  const says = (question: () => boolean): boolean => {
    try {
      return question() === true
    } catch (error) {
      failed(error)
      return false
    }
  }
  const isLucky = () => random() < share
  const isSampled =
    sampleBy === undefined
      ? isLucky
      : (request: IncomingMessage): boolean =>
          says(() => {
            const key = sampleBy(request)
            return key === undefined ? isLucky() : bucketOf(EVERY_SAMPLE, key) < below
          })
  return request => {
    if (share < 1 && !isSampled(request)) return 'not-sampled'
    if (!methods.has(request.method ?? '')) return 'method'
    if (request.headers[mark] !== undefined) return 'marked'
    if (!isSendable(urlOf(request))) return 'unsendable'
    if (enabled !== undefined && !says(enabled)) return 'disabled'
    if (paths !== undefined && !paths(pathOf(request))) return 'path'
    if (select !== undefined && !says(() => select(request))) return 'select'
    if (inBudget !== undefined && !inBudget()) return 'rate'
    return undefined
  }
}

function methodsOf({ methods = SAFE_METHODS, writes = false }: ShadowOptions): Set<string> {
  if (!Array.isArray(methods) || methods.length === 0) throw invalid('methods', 'a list of methods', methods)
  methods.forEach((method: unknown, i) => {
    if (typeof method !== 'string' || !TOKEN.test(method)) throw invalid(`methods[${i}]`, 'a method', method)
    if (method !== method.toUpperCase()) throw invalid(`methods[${i}]`, 'a method in upper case', method)
    if (!SAFE_METHODS.includes(method) && writes !== true)
      throw invalid(`methods[${i}]`, `one of ${SAFE_METHODS.join(', ')}, or writes: true beside it`, method)
  })
  return new Set(methods)
}
