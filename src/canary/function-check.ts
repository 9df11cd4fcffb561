import type { Check } from '../core/check.ts'
import type { Clock } from '../core/clock.ts'
import { messageOf, portOption, textOption } from '../core/options.ts'
import type { PlaceId } from '../core/place.ts'
import { realClock } from '../core/real-clock.ts'

/** A check made of a function: it works when the function resolves (to anything but false), and fails when it throws. */
export function functionCheck(
  name: string,
  work: (context: { readonly signal: AbortSignal }) => Promise<unknown> | unknown,
  options: { readonly place?: PlaceId; readonly clock?: Clock } = {},
): Check {
  const { place, clock = realClock } = options
  textOption('functionCheck name', name)
  portOption('functionCheck work', { work }, ['work'])
  return {
    name,
    ...(place === undefined ? {} : { place }),
    async run(context) {
      const start = clock.monotonic()
      try {
        const answer = await work(context)
        const durationMs = clock.monotonic() - start
        return answer === false ? { ok: false, durationMs, error: 'answered false' } : { ok: true, durationMs }
      } catch (error) {
        return {
          ok: false,
          durationMs: clock.monotonic() - start,
          error: messageOf(error),
        }
      }
    },
  }
}
