import type { CordLevel } from '../../core/cord.ts'
import type { Activity } from '../../core/safety-check.ts'
import type { Outcome } from '../coordinator/coordinator.ts'
import type { Resolution } from '../model/events.ts'
import type { LivePhase, Priority } from '../model/reservation.ts'

// The literals of the model, each as often as it occurs in its type: a new one is missed by the compiler.
const all = <T extends string>(words: Readonly<Record<T, true>>) => Object.freeze(Object.keys(words)) as readonly T[]

export const ACTIVITIES = /* @__PURE__ */ all<Activity>({ restart: true, 'long-offline': true, destroy: true })
export const PRIORITIES = /* @__PURE__ */ all<Priority>({ low: true, normal: true, high: true, emergency: true })
export const OUTCOMES = /* @__PURE__ */ all<Outcome>({ healthy: true, failed: true })
export const RESOLUTIONS = /* @__PURE__ */ all<Resolution>({ repaired: true, destroyed: true, retired: true })
export const CORD_LEVELS = /* @__PURE__ */ all<CordLevel>({ released: true, hold: true, freeze: true })
export const PHASES = /* @__PURE__ */ all<LivePhase>({
  granted: true,
  preparing: true,
  approved: true,
  executing: true,
  restoring: true,
})
/** What a reservation can be moved on to. */
export const TARGET_PHASES = /* @__PURE__ */ Object.freeze(PHASES.filter(phase => phase !== 'granted'))
