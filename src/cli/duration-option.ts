import { invalid } from '../core/options.ts'

const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/
const UNIT: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** Milliseconds in `10s`, `500ms`, `5m` or `1h`; a number alone is seconds. Throws `invalid-option`. */
export function durationOption(field: string, word: string): number {
  const [, number, unit = 's'] = DURATION.exec(word) ?? []
  const ms = Number(number) * UNIT[unit]!
  if (!(ms > 0)) throw invalid(field, 'a duration as in 10s, 500ms, 5m or 1h', word)
  return ms
}
