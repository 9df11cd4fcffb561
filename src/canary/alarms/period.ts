import { AndonError } from '../../core/errors.ts'

const MINUTE_S = 60
const HOUR_S = 3600
const DAY_S = 86_400

/** Whether CloudWatch takes a period: 10, 20, 30, and multiples of 60 seconds. Source: API_PutMetricAlarm, Period. */
export const isLegalPeriod = (seconds: number): boolean =>
  [10, 20, 30].includes(seconds) || (seconds >= MINUTE_S && seconds % MINUTE_S === 0)

/** The shortest legal period, in seconds, that is no shorter than `ms`, nor than `atLeastS`. */
export function legalPeriod(ms: number, atLeastS: number = MINUTE_S): number {
  const seconds = Math.max(ms / 1000, atLeastS)
  return [10, 20, 30].find(s => s >= seconds) ?? Math.ceil(seconds / MINUTE_S) * MINUTE_S
}

/**
 * The period of a canary's alarm. It is never shorter than the canary's interval and its deadline together: a run that
 * begins late in one period may be over only in the next but one, and a period without a run in it is missing data, which
 * is breaching: such an alarm fires after every run. Throws `period-too-short` for one that is chosen so, and names the
 * canary.
 */
export function canaryPeriod(
  canary: string,
  everyMs: number,
  timeoutMs: number,
  resolutionS: 1 | 60,
  chosenS: number | undefined,
): number {
  const needed = everyMs + timeoutMs
  const shortest = legalPeriod(needed, resolutionS === 1 ? 10 : MINUTE_S)
  if (chosenS === undefined) return shortest
  if (chosenS * 1000 < needed)
    throw new AndonError(
      'period-too-short',
      `canaryAlarms periodS: for ${canary} expected at least interval + timeout = ${needed} ms (${shortest} is the shortest legal period), got ${chosenS} s: the alarm would fire after every run`,
    )
  if (!isLegalPeriod(chosenS) || chosenS < shortest)
    throw new AndonError(
      'invalid-option',
      `canaryAlarms periodS: for ${canary} expected ${shortest}, or a longer one that is 10, 20, 30 or a multiple of 60, got ${chosenS}`,
    )
  return chosenS
}

/**
 * Refuses what CloudWatch would: all the periods of an alarm together are at most a day, and at most seven days when each
 * is an hour or longer. Source: API_PutMetricAlarm, Period. Throws `invalid-option`.
 */
export function checkWindow(canary: string, periodS: number, periods: number): void {
  const most = periodS >= HOUR_S ? 7 * DAY_S : DAY_S
  if (periodS * periods > most)
    throw new AndonError(
      'invalid-option',
      `canaryAlarms ofLast: for ${canary} expected at most ${Math.floor(most / periodS)} periods of ${periodS} s, got ${periods}`,
    )
}
