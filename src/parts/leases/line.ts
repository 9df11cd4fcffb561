import type { PlaceInLine } from './lease-store.ts'

/** One place in the line for a kind and lane, as a store keeps it. */
export interface Place {
  readonly name: string
  readonly ticket: number
  readonly expiresAt: number
}

/** How many who still wait came before `name`; for one who has no place, everybody who waits did. */
export function ahead(places: readonly Place[], name: string | undefined, now: number): number {
  const live = places.filter(p => p.expiresAt > now)
  const mine = live.find(p => p.name === name)
  return live.filter(p => p.ticket < (mine?.ticket ?? Number.POSITIVE_INFINITY)).length
}

/** The line after a take that found nothing: a new place at its end, or the old one kept. Places that lapsed are gone. */
export function joined(places: readonly Place[], { name, forMs }: PlaceInLine, now: number): Place[] {
  const live = places.filter(p => p.expiresAt > now)
  const ticket = live.find(p => p.name === name)?.ticket ?? Math.max(0, ...places.map(p => p.ticket)) + 1
  return [...live.filter(p => p.name !== name), { name, ticket, expiresAt: now + forMs }]
}
