import type { HealthCheck } from './andon.ts'
import type { Fleet } from './fleet.ts'

/** What the reservation server asks before the work and after it: whether the host's process answers that it is well. */
export const healthOf =
  (fleet: Fleet): HealthCheck =>
  async ({ host, when }) => {
    const basis = { subject: { place: host }, source: 'health', at: Date.now() }
    try {
      const { draining } = (await fleet.ask(host, 'GET', '/health')) as { draining: boolean }
      if (when === 'before' || !draining)
        return { ...basis, decision: 'go', reasons: [{ code: 'healthy', message: 'it answers' }] }
      return { ...basis, decision: 'wait', reasons: [{ code: 'draining', message: 'it takes no requests yet' }] }
    } catch (error) {
      return { ...basis, decision: 'wait', reasons: [{ code: 'no-answer', message: (error as Error).message }] }
    }
  }
