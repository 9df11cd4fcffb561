import type { LocalCheck } from './refusal.ts'

/** Whether there were not too many grants lately. */
export const checkVelocity: LocalCheck = {
  step: 'velocity',
  check({ rules, grants }, { now, ahead }) {
    if (!rules.velocity) return undefined
    const { grants: most, perMs } = rules.velocity
    const claimed = ahead?.away.fleet ?? 0
    const oldest = grants[grants.length - most + claimed]
    const waiting = claimed >= most ? perMs : oldest === undefined ? 0 : oldest.at + perMs - now
    if (waiting <= 0) return undefined
    return {
      code: 'velocity',
      message: `${most} grants within ${perMs} ms are the most, and there were as many`,
      change: `${Math.ceil(waiting)} ms pass`,
      detail: { grants: most, perMs, waitMs: Math.ceil(waiting) },
    }
  },
}
