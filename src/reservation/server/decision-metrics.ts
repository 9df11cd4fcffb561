import type { Clock } from '../../core/clock.ts'
import { guarded } from '../../core/guarded.ts'
import type { MetricSink } from '../../core/metrics.ts'
import { type PlaceId, placeAt } from '../../core/place.ts'
import type { ReserveAnswer } from '../coordinator/coordinator.ts'

/** What a reservation server publishes besides what its coordinator does, at the zone of the host that was asked for. */
export const RESERVATION_SERVER_METRICS = /* @__PURE__ */ Object.freeze({
  /**
   * Milliseconds from a request to its decision, time in line included, with the dimensions `Decision` (`granted`,
   * `denied`) and, for a denial, `Step`: the first check that said no.
   */
  decision: 'ReservationDecisionTime',
})

/** Publishes decisions; a sink that throws breaks nothing. */
export function decisionMetrics(sink: MetricSink | undefined, clock: Clock) {
  return (host: PlaceId, answer: ReserveAnswer, startedAt: number): void => {
    const dimensions = answer.granted ? { Decision: 'granted' } : { Decision: 'denied', Step: answer.step }
    const value = clock.monotonic() - startedAt
    const place = placeAt(host, 'zone') ?? host
    guarded(
      () => sink?.record({ metric: RESERVATION_SERVER_METRICS.decision, place, value, unit: 'ms', dimensions }),
      () => {},
    )
  }
}
