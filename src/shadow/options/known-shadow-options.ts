import type { ShadowLimits, ShadowOptions } from '../shadow-options.ts'
import type { CircuitOptions } from '../target/circuit.ts'
import { knownOptions } from './known-options.ts'
import { objectOption } from './object-option.ts'

const KNOWN: Readonly<Record<keyof ShadowOptions, true>> = {
  candidate: true,
  secondary: true,
  mode: true,
  sample: true,
  sampleBy: true,
  methods: true,
  writes: true,
  paths: true,
  select: true,
  enabled: true,
  mark: true,
  headers: true,
  when: true,
  limits: true,
  breaker: true,
  compare: true,
  noise: true,
  route: true,
  onEvent: true,
  sink: true,
  place: true,
  clock: true,
  random: true,
  logger: true,
  signal: true,
}
const LIMITS: Readonly<Record<keyof ShadowLimits, true>> = {
  maxInFlight: true,
  maxBodyBytes: true,
  maxBytes: true,
  timeoutMs: true,
  maxPerSecond: true,
}
const BREAKER: Readonly<Record<keyof CircuitOptions, true>> = {
  errorRate: true,
  minCalls: true,
  windowMs: true,
  resetMs: true,
}

/**
 * The options of `createShadow`, of which every name is known, and those of `limits` and of `breaker`; or the
 * `invalid-option` error. The names in `compare`, `noise`, `headers` and `paths` are left to those who read these.
 */
export function knownShadowOptions(given: unknown): ShadowOptions {
  const options = knownOptions<ShadowOptions>('createShadow', given, KNOWN)
  if (options.limits !== undefined) knownOptions<ShadowLimits>('limits', options.limits, LIMITS)
  if (options.breaker !== undefined) knownOptions<CircuitOptions>('breaker', options.breaker, BREAKER)
  for (const name of ['compare', 'noise', 'headers', 'paths'] as const)
    if (options[name] !== undefined) objectOption(name, options[name])
  return options
}
