import type { Check } from '../core/check.ts'
import { numberOption } from '../core/options.ts'
import type { CanaryOptions, CanarySettings } from './canary-options.ts'

/** The settings of one check: its own pace where it has one, else that of all. Throws `invalid-option`. */
export function paceOf(check: Check, settings: CanarySettings, given: CanaryOptions): CanarySettings {
  const everyMs = numberOption(`check ${check.name} everyMs`, check.everyMs ?? settings.everyMs, 1)
  const timeoutMs = numberOption(`check ${check.name} timeoutMs`, check.timeoutMs ?? given.timeoutMs ?? everyMs, 1)
  // Faster while failing, never slower.
  const whileFailingMs = Math.min(given.whileFailingMs ?? everyMs, everyMs)
  return { ...settings, everyMs, timeoutMs, whileFailingMs }
}
