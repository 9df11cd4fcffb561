import type { Check } from '../core/check.ts'
import type { Clock } from '../core/clock.ts'
import type { Gate } from '../core/gate.ts'
import { messageOf, numberOption, portOption, textOption } from '../core/options.ts'
import { realClock } from '../core/real-clock.ts'
import { type Reason, verdict } from '../core/verdict.ts'
import type { CanarySource } from './canary-gate.ts'
import { type CanaryRecord, canaryLabel } from './canary-run.ts'
import { concerns } from './concerns.ts'
import { freshFor, isAhead, isWhole } from './freshness.ts'

/**
 * The same check as a negative control: one that must fail, always. Its runs are published as they are, so that an alarm
 * over it must ring all the time; no gate counts it as red, it is never tried again and never hastened. It keeps its name,
 * place and pace.
 */
export function negativeControl(check: Check): Check {
  portOption('negativeControl check', check, ['run'])
  return {
    name: check.name,
    ...(check.place === undefined ? {} : { place: check.place }),
    ...(check.everyMs === undefined ? {} : { everyMs: check.everyMs }),
    ...(check.timeoutMs === undefined ? {} : { timeoutMs: check.timeoutMs }),
    expect: 'fail',
    run: context => check.run(context),
  }
}

/** Options of `controlGate`. */
export interface ControlGateOptions {
  /** Default `negative control`. */
  readonly name?: string
  /** A last run that is older than this, in milliseconds, is none. Default: as `CanaryGateOptions.maxAgeMs`. */
  readonly maxAgeMs?: number
  /**
   * Whether the alarm over a control rings, as whoever would be called sees it: asks CloudWatch, a pager. May throw, which
   * is `wait`. Without it the path is proved up to the canary's own memory only.
   */
  readonly rings?: (control: CanaryRecord, context: { readonly signal: AbortSignal }) => Promise<boolean> | boolean
  readonly clock?: Clock
}

/**
 * Proves the way from a failure to its alarm: `go` when each negative control of the place ran and failed, and its alarm
 * rings. A control that did not run to its own failure is no proof: `control-not-run` for the codes `skipped`, `pending`,
 * `undefined`, `ambiguous` and `leaking`, `control-inconclusive` for `timeout` and `malformed`. `wait` with these, with
 * `control-passed`, `control-silent`, `control-ahead` (a run from the future), `alarm-silent`, `alarm-unknown`, or `no-control`: never `stop`,
 * since deaf ears say nothing about what they would hear. Throws `invalid-option`.
 */
export function controlGate(source: CanarySource, options: ControlGateOptions = {}): Gate {
  const { rings, clock = realClock } = options
  const name = textOption('controlGate name', options.name ?? 'negative control')
  const { maxAgeMs } = options
  portOption('controlGate source', { source }, ['source'])
  if (maxAgeMs !== undefined) numberOption('controlGate maxAgeMs', maxAgeMs, 1)
  if (rings !== undefined) portOption('controlGate rings', { rings }, ['rings'])
  return {
    name,
    async check({ place, version, signal }) {
      const controls = (await source()).filter(r => r.expect === 'fail' && concerns(r, place))
      const at = clock.now()
      const base = { source: name, at, subject: place === undefined ? { version } : { place, version } }
      if (controls.length === 0)
        return verdict('wait', base, 'no-control', `no negative control at ${place ?? 'any place'}`)
      const deaf = rings ? await Promise.all(controls.map(c => deafness(c, rings, signal))) : []
      const reasons = [...controlReasons(controls, at, maxAgeMs), ...deaf.filter(r => r !== undefined)]
      if (reasons.length > 0) return { ...base, decision: 'wait', reasons }
      return verdict('go', base, 'control-failed', `${controls.length} negative controls failed, as they must`)
    },
  }
}

async function deafness(
  control: CanaryRecord,
  rings: NonNullable<ControlGateOptions['rings']>,
  signal: AbortSignal,
): Promise<Reason | undefined> {
  const label = canaryLabel(control)
  try {
    if ((await rings(control, { signal })) === true) return undefined
    return { code: 'alarm-silent', message: `the alarm over ${label} does not ring` }
  } catch (error) {
    return { code: 'alarm-unknown', message: `whether the alarm over ${label} rings: ${messageOf(error)}` }
  }
}

// What these runs failed of is not what the control breaks: that would be seen or not seen all the same.
const NOT_RUN = new Set(['skipped', 'pending', 'undefined', 'ambiguous', 'leaking'])
const INCONCLUSIVE = new Set(['timeout', 'malformed'])

/** What is wrong with the negative controls among these: the last run of each must be young, and a failure of its own. */
export function controlReasons(records: readonly CanaryRecord[], at: number, maxAgeMs?: number): Reason[] {
  return records.filter(r => r.expect === 'fail').flatMap(control => controlReason(control, at, maxAgeMs) ?? [])
}

function controlReason(control: CanaryRecord, at: number, maxAgeMs?: number): Reason | undefined {
  const last = control.runs.at(-1)
  const reason = (code: string, words: string): Reason => ({
    code,
    message: `negative control ${canaryLabel(control)} ${words}`,
  })
  if (last === undefined) return reason('control-silent', 'never ran')
  if (!isWhole(last)) return reason('control-inconclusive', 'has a run without a time or an outcome')
  if (isAhead(last, at)) return reason('control-ahead', `ran ${Math.round(last.at - at)} ms from now`)
  if (at - last.at > freshFor(control, maxAgeMs))
    return reason('control-silent', `ran last ${Math.round(at - last.at)} ms ago`)
  if (last.ok) return reason('control-passed', 'passed, and must fail')
  const code = last.code ?? ''
  if (NOT_RUN.has(code)) return reason('control-not-run', `did not run: ${code}`)
  if (INCONCLUSIVE.has(code)) return reason('control-inconclusive', `failed by ${code}, which proves nothing`)
  return undefined
}
