import { invalid, literalOption, textOption, wholeOption } from '../../core/options.ts'
import type { Stripe } from './stripe.ts'
import { ACTIVITIES } from './tolerance.ts'

/** What a stripe says besides its members. */
export interface StripeTerms {
  /** How many members it cannot do without. */
  readonly needed: number
  /** In the order of the activities: the tolerance of its own, or -1. */
  readonly own: readonly number[]
  /** The most that any activity is allowed, where one number was given, or -1. */
  readonly most: number
}

/** Throws `invalid-option` that names the stripe and the field. Members are looked at by whoever numbers them. */
export function readStripe(stripe: Stripe): StripeTerms {
  const name = `stripe ${textOption('stripe id', stripe?.id)}`
  if (!Array.isArray(stripe.members)) throw invalid(`${name} members`, 'a list of hosts', stripe.members)
  if (stripe.rebuilding !== undefined && !Array.isArray(stripe.rebuilding))
    throw invalid(`${name} rebuilding`, 'a list of members', stripe.rebuilding)
  return { needed: neededOf(stripe, name), ...toleranceOf(stripe, name) }
}

function neededOf(stripe: Stripe, name: string): number {
  const count = stripe.members.length
  if (literalOption(`${name} kind`, stripe.kind, ['erasure', 'replicas']) === 'erasure') {
    const { k, m } = stripe as Stripe & { kind: 'erasure' }
    wholeOption(`${name} k`, k, 1)
    wholeOption(`${name} m`, m, 0)
    if (count !== k + m) throw invalid(`${name} members`, `${k + m} of them (k + m)`, count)
    return k
  }
  const { writeQuorum, readQuorum = 1 } = stripe as Stripe & { kind: 'replicas' }
  if (count === 0) throw invalid(`${name} members`, 'at least one', stripe.members)
  return Math.max(
    wholeOption(`${name} writeQuorum`, writeQuorum, 1, count),
    wholeOption(`${name} readQuorum`, readQuorum, 1, count),
  )
}

function toleranceOf({ tolerance }: Stripe, name: string): Pick<StripeTerms, 'own' | 'most'> {
  if (tolerance === undefined) return { own: [-1, -1, -1], most: -1 }
  if (typeof tolerance === 'number') {
    const most = wholeOption(`${name} tolerance`, tolerance, 0)
    return { own: [most, -1, -1], most }
  }
  if (typeof tolerance !== 'object' || tolerance === null)
    throw invalid(`${name} tolerance`, 'a whole number or an object of them', tolerance)
  const own = ACTIVITIES.map(a =>
    tolerance[a] === undefined ? -1 : wholeOption(`${name} tolerance.${a}`, tolerance[a], 0),
  )
  return { own, most: -1 }
}
