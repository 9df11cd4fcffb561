import type { Clock } from '../core/clock.ts'
import type { Gate } from '../core/gate.ts'
import { numberOption, portOption, textOption, wholeOption } from '../core/options.ts'
import { realClock } from '../core/real-clock.ts'
import type { CanaryRecord } from './canary-run.ts'
import { judgeCanaries } from './judge-canaries.ts'

export type { CanaryRecord, CanaryRun } from './canary-run.ts'

/** Where records come from: `canaries.records`, or a function that brings those of several processes together. */
export type CanarySource = () => readonly CanaryRecord[] | Promise<readonly CanaryRecord[]>

/** Options of `canaryGate`. */
export interface CanaryGateOptions {
  /** Default `canary`. */
  readonly name?: string
  /** How many runs in a row must have worked, of each check. Default 3. */
  readonly runs?: number
  /** A last run that is older than this, in milliseconds, is no evidence. Default: three of its canary's own intervals and its timeout; 240,000 where a record does not say them. */
  readonly maxAgeMs?: number
  /** From how many vantages a place must fail to be failing. Default 1. */
  readonly vantages?: number
  readonly clock?: Clock
}

/** The gate over canaries, wherever they run. A source that throws is `wait` for whoever asks. Throws `invalid-option`. */
export function canaryGate(source: CanarySource, options: CanaryGateOptions = {}): Gate {
  const { clock = realClock } = options
  portOption('canary gate source', { source }, ['source'])
  const name = textOption('canary gate name', options.name ?? 'canary')
  const needed = wholeOption('canary gate runs', options.runs ?? 3, 1)
  const { maxAgeMs } = options
  if (maxAgeMs !== undefined) numberOption('canary gate maxAgeMs', maxAgeMs, 1)
  const vantages = wholeOption('canary gate vantages', options.vantages ?? 1, 1)
  return {
    name,
    async check({ place, version, since, phase }) {
      const records = await source()
      const about = { source: name, place, version, since, phase, at: clock.now() }
      return judgeCanaries(records, about, needed, maxAgeMs, vantages)
    },
  }
}
