import type { Check } from '../core/check.ts'
import type { Clock } from '../core/clock.ts'
import { isAndonError } from '../core/errors.ts'
import { messageOf, portOption, textOption } from '../core/options.ts'
import type { PlaceId } from '../core/place.ts'
import { realClock } from '../core/real-clock.ts'

/**
 * A check made of a function: it works when the function resolves (to anything but false), and fails when it throws. The
 * failure's code is `answered-false`, the code of an error of andon's, or `threw`.
 */
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
      const failed = (code: string, error: string) => ({
        ok: false,
        durationMs: clock.monotonic() - start,
        error,
        code,
      })
      try {
        const answer = await work(context)
        if (answer === false) return failed('answered-false', 'answered false')
        return { ok: true, durationMs: clock.monotonic() - start }
      } catch (error) {
        return failed(isAndonError(error) ? error.code : 'threw', messageOf(error))
      }
    },
  }
}
