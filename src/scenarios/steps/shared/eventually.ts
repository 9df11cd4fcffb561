import { sleep } from '../../../core/abort.ts'
import { AndonError } from '../../../core/errors.ts'
import { messageOf } from '../../../core/options.ts'
import type { ScenarioContext } from '../../support/step-types.ts'

const FIRST_WAIT_MS = 100
const LONGEST_WAIT_MS = 2000
/** The last look begins when the time is over: it gets so much of its own, or it would never see anything. */
const LAST_LOOK_MS = 1000

/** Looks once, with so many milliseconds left; answers what is wrong, or nothing when all is as it should be. */
export type Probe = (leftMs: number) => Promise<string | undefined>

/**
 * Looks until all is as it should be, waiting longer each time (100 ms, doubled, 2 seconds at most), for the last time when
 * the time is over. What a look throws counts as something wrong. Rejects with `not-in-time` and what was wrong at last, and
 * with the signal's reason.
 */
export async function eventually(
  { clock, signal }: Pick<ScenarioContext, 'clock' | 'signal'>,
  withinMs: number,
  probe: Probe,
): Promise<void> {
  const until = clock.monotonic() + withinMs
  for (let looks = 1; ; looks++) {
    signal.throwIfAborted()
    let wrong: string | undefined
    try {
      wrong = await probe(Math.max(LAST_LOOK_MS, until - clock.monotonic()))
    } catch (error) {
      signal.throwIfAborted()
      wrong = messageOf(error)
    }
    if (wrong === undefined) return
    const leftMs = until - clock.monotonic()
    if (leftMs <= 0)
      throw new AndonError('not-in-time', `not within ${withinMs} ms (looked ${looks} times); at last: ${wrong}`)
    await sleep(clock, Math.min(leftMs, LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (looks - 1)), signal)
  }
}
