/** Milliseconds in `n` seconds. */
export const seconds = (n: number): number => n * 1000

/** Milliseconds in `n` minutes. */
export const minutes = (n: number): number => n * 60_000

/** Milliseconds in `n` hours. */
export const hours = (n: number): number => n * 3_600_000

/** A duration for people: `850 ms`, `12.4 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(ms: number): string {
  const whole = Math.round(ms)
  if (whole < 1000) return `${whole} ms`
  if (whole < 59_950) return `${(whole / 1000).toFixed(1)} s`
  const two = (n: number, big: string, m: number, small: string) =>
    m === 0 ? `${n} ${big}` : `${n} ${big} ${m} ${small}`
  // Cut off, not rounded up; what is shown as 60.0 s would be, is a minute.
  const s = Math.max(60, Math.floor(whole / 1000))
  if (s < 3600) return two(Math.floor(s / 60), 'min', s % 60, 's')
  if (s < 172_800) return two(Math.floor(s / 3600), 'h', Math.floor((s % 3600) / 60), 'min')
  return two(Math.floor(s / 86_400), 'd', Math.floor((s % 86_400) / 3600), 'h')
}
