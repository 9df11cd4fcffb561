import type { Check } from '../core/check.ts'
import type { Clock } from '../core/clock.ts'
import { isAndonError } from '../core/errors.ts'
import { messageOf, portOption, textOption } from '../core/options.ts'
import { type PlaceId, parsePlace } from '../core/place.ts'
import { realClock } from '../core/real-clock.ts'

/**
 * A check made of a function: it works when the function resolves to anything but false or an object whose `ok` is
 * false (a `Response` of status 500, another check's result), and fails when it throws. The failure's code is
 * `answered-false` or the code that the object has, the code of an error of andon's, or `threw`. Throws `invalid-option`,
 * and `invalid-place`.
 */
export function functionCheck(
  name: string,
  work: (context: { readonly signal: AbortSignal }) => Promise<unknown> | unknown,
  options: { readonly place?: PlaceId; readonly clock?: Clock } = {},
): Check {
  const { place, clock = realClock } = options
  textOption('functionCheck name', name)
  if (place !== undefined) parsePlace(place)
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
        const bad = refusal(answer)
        if (bad) return failed(bad.code, bad.error)
        return { ok: true, durationMs: clock.monotonic() - start }
      } catch (error) {
        return failed(isAndonError(error) ? error.code : 'threw', messageOf(error))
      }
    },
  }
}

/** What an answer with `ok: false` says went wrong; undefined for every other answer. */
function refusal(answer: unknown): { code: string; error: string } | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined
  const { ok, status, error, code } = answer as Record<string, unknown>
  if (ok !== false) return undefined
  const words = typeof status === 'number' ? `answered ok: false, status ${status}` : 'answered ok: false'
  return {
    code: typeof code === 'string' ? code : 'answered-false',
    error: typeof error === 'string' && error !== '' ? error : words,
  }
}
