import { placeContains } from '../../core/place.ts'
import type { ReadWindow } from '../model/read-policy.ts'
import type { LocalCheck } from './refusal.ts'

/** Whether this is a time at which work may begin. */
export const checkWindows: LocalCheck = {
  step: 'windows',
  check({ rules, hosts }, { host, activity, now }) {
    if (rules.windows.length === 0) return undefined
    const id = hosts.id(host)
    const fitting = rules.windows.filter(
      w => w.activities.includes(activity) && (w.places?.some(p => placeContains(p, id)) ?? true),
    )
    if (fitting.some(w => isOpen(w, now))) return undefined
    return {
      code: 'window-closed',
      message: `no maintenance window for ${activity} of it is open`,
      change: fitting.length === 0 ? 'a window for it is made' : `it is ${fitting.map(worded).join(', or ')}`,
    }
  },
}

/** Whether a window is open at a time, in epoch milliseconds. It may reach over midnight. */
export function isOpen({ days, from, to, timeZone }: ReadWindow, now: number): boolean {
  const { day, minute } = localTime(timeZone, now)
  if (from < to) return days.includes(day) && minute >= from && minute < to
  const dayBefore = day === 1 ? 7 : day - 1
  return (days.includes(day) && minute >= from) || (days.includes(dayBefore) && minute < to)
}

const formats = new Map<string, Intl.DateTimeFormat>()
const WEEK = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

function localTime(timeZone: string, now: number): { day: number; minute: number } {
  const known = formats.get(timeZone)
  const format =
    known ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
  if (!known) formats.set(timeZone, format)
  const parts = new Map(format.formatToParts(now).map(p => [p.type, p.value]))
  return {
    day: WEEK.indexOf(parts.get('weekday')!) + 1,
    minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')),
  }
}

function worded({ days, from, to, timeZone }: ReadWindow): string {
  const clock = (m: number) => `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`
  const when = days.length === 7 ? '' : `${days.map(d => WEEK[d - 1]).join(' ')} `
  return `${when}${clock(from)}–${clock(to)} ${timeZone}`
}
