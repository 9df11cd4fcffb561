import type { ReservationClient } from '../reservation/client/index.ts'
import { printable } from './printable.ts'

type Reservation = Awaited<ReturnType<ReservationClient['renew']>>
type Casualty = Awaited<ReturnType<ReservationClient['casualties']>>[number]
type Explanation = Awaited<ReturnType<ReservationClient['explain']>>
type Proposal = Awaited<ReturnType<ReservationClient['breakGlass']['propose']>>

const time = (at: number) => new Date(at).toISOString()
const line = (...cells: readonly string[]) => `${cells.map(printable).join('  ')}\n`

export const reservationLine = (r: Reservation): string =>
  line(r.id, `token ${r.token}`, r.host, r.activity, r.phase, `${r.holder}: ${r.reason}`, `until ${time(r.expiresAt)}`)

export const casualtyLine = (c: Casualty): string =>
  line(c.host, c.cause, `since ${time(c.since)}`, `${c.activity} by ${c.holder}: ${c.reason}`)

export const proposalLine = (p: Proposal): string =>
  line(p.id, p.host, p.activity, `${p.holder}: ${p.reason}`, `until ${time(p.until)}`)

export function explanationText({ host, activity, grantable, steps }: Explanation): string {
  const lines = steps.map(({ step, ok, reasons, change }) => {
    const why = reasons.map(({ message }) => message).join('; ')
    return line(
      ok ? 'ok ' : 'NO ',
      step,
      ...(why === '' ? [] : [why]),
      ...(change === undefined ? [] : [`needs: ${change}`]),
    )
  })
  return `${line(host, activity, grantable ? 'would be granted now' : 'would not be granted now')}${lines.join('')}`
}
