import type { Reason } from '../../core/verdict.ts'
import type { CellStatus } from '../coordinator/coordinator.ts'

/** Some of a long list, and how long it is. */
export interface Some<T> {
  readonly total: number
  readonly shown: readonly T[]
}

/** How much of a cell is sent to pages: whoever looks at it reads no more, and no browser has to hold it. */
const SHOWN = 200
const REASONS = 5
const LETTERS = 300
/** Hosts are asked about by their whole name. */
const HOST = 512

/** What the page shows: a cell at a glance, with everything that may be long cut, texts included. */
export function viewOf(status: CellStatus) {
  const { cell, at, hosts, cord, reservations, casualties, waiting, proposals, denials, zones } = status
  return {
    cell: cut(cell),
    at,
    hosts,
    cord: { ...cord, by: cut(cord.by), reason: cut(cord.reason) },
    // The fullest first: with more than fit, those are the ones to look at.
    zones: some(zones, fuller, z => ({ ...z, zone: cut(z.zone) })),
    reservations: some(
      reservations,
      (a, b) => a.expiresAt - b.expiresAt,
      ({ id, host, holder, activity, phase, reason, expiresAt, breakGlass }) => {
        return {
          id,
          host: cut(host, HOST),
          holder: cut(holder),
          activity,
          phase,
          reason: cut(reason),
          expiresAt,
          ...(breakGlass && { breakGlass: breakGlass.by.map(by => cut(by)) }),
        }
      },
    ),
    casualties: some(
      casualties,
      (a, b) => a.since - b.since,
      ({ host, cause, since, holder, activity, reason }) => {
        return { host: cut(host, HOST), cause, since, holder: cut(holder), activity, reason: cut(reason) }
      },
    ),
    waiting: some(waiting, undefined, ({ host, activity, holder, reason, priority, since, because }) => {
      return {
        host: cut(host, HOST),
        activity,
        holder: cut(holder),
        reason: cut(reason),
        priority,
        since,
        because: reasonsOf(because),
      }
    }),
    proposals: some(proposals, undefined, ({ id, host, activity, holder, reason, until, accepted }) => {
      return {
        id,
        host: cut(host, HOST),
        activity,
        holder: cut(holder),
        reason: cut(reason),
        until,
        accepted: accepted.length,
      }
    }),
    denials: some(denials, undefined, ({ at, host, activity, holder, step, reasons }) => {
      return { at, host: cut(host, HOST), activity, holder: cut(holder), step: cut(step), reasons: reasonsOf(reasons) }
    }),
  }
}

export type TowerView = ReturnType<typeof viewOf>

type Zone = CellStatus['zones'][number]
const fuller = (a: Zone, b: Zone) => roomIn(a) - roomIn(b) || (a.zone < b.zone ? -1 : 1)
const roomIn = ({ reserved, casualties, maxOffline }: Zone) =>
  reserved + casualties === 0 ? Infinity : maxOffline - reserved - casualties

function some<T, S>(list: readonly T[], order: ((a: T, b: T) => number) | undefined, show: (one: T) => S): Some<S> {
  const sorted = order ? list.toSorted(order) : list
  return { total: list.length, shown: sorted.slice(0, SHOWN).map(show) }
}

const reasonsOf = (reasons: readonly Reason[]) =>
  some(reasons.slice(0, REASONS), undefined, ({ code, message }) => ({ code: cut(code), message: cut(message) })).shown

function cut(text: string, most = LETTERS): string {
  if (text.length <= most) return text
  const kept = text.slice(0, most)
  // No half of a pair of surrogates at the end.
  return `${/[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept}…`
}
