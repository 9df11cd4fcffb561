type Options = Intl.NumberFormatOptions

// Made when the first number is to be shown: making one takes longer than loading the rest of this room.
const formats = new Map<Options, Intl.NumberFormat>()
const WHOLE: Options = { maximumFractionDigits: 0 }
const LARGE: Options = { maximumFractionDigits: 1 }
const SMALL: Options = { maximumSignificantDigits: 4 }

function format(n: number, options: Options): string {
  let made = formats.get(options)
  if (!made) formats.set(options, (made = new Intl.NumberFormat('en', options)))
  return made.format(n)
}

/** A number for people: `1,234`, `1,234.6`, `0.01235`. What is no number is a dash. */
export function figure(n: number): string {
  if (!Number.isFinite(n)) return '–'
  if (Number.isInteger(n)) return format(n, WHOLE)
  return format(n, Math.abs(n) >= 1000 ? LARGE : SMALL)
}

/** A moment for people, from epoch milliseconds: `2025-01-01 12:00:00 UTC`; fractions of a second only where there are any. */
export function moment(ms: number): string {
  const date = new Date(ms)
  if (Number.isNaN(date.getTime())) return '–'
  return date.toISOString().replace('T', ' ').replace('.000Z', ' UTC').replace('Z', ' UTC')
}
