/** How many stripes there are with so many members, of which a group may hold so many. */
export interface StripeCount {
  readonly members: number
  readonly tolerance: number
  readonly count: number
}

/** How few groups there can be, for three reasons. */
export interface GroupBounds {
  /** The largest of ceil(members / tolerance): no plan has fewer. */
  readonly stripe: number
  /** ceil(hosts / largest group): no plan has fewer. */
  readonly size: number
  /**
   * For a placement of this shape whose stripes were drawn at random: with fewer groups the expected number of plans
   * tends to nothing as hosts are added, so that almost surely there is none. A placement with some order in it may need
   * fewer; this one says how good a plan is, not how good it could be.
   */
  readonly random: number
}

// Above so many members the sum takes long. Leaving a stripe out only lowers the bound.
const MOST_MEMBERS = 512

/**
 * The first moment: k^H ways to divide H hosts into k groups, of which a stripe drawn at random lets through a share P,
 * so that E = k^H Π P(members, tolerance, k) bounds the expected number of plans; the smallest k with ln E ≥ 0 is told.
 * P, that r members drawn evenly over k groups leave none with more than t, is k! / ((k - r)! k^r) for t = 1, else
 * r! / k^r times the coefficient of x^r in (Σ x^j / j!, j ≤ t)^k. Uneven groups only make P smaller (I. Olkin, Annals of
 * Statistics 1, 1972, on Schur-concavity), so that E bounds all plans at once. The first-moment method is in N. Alon and
 * J. Spencer, The Probabilistic Method, chapter 4.
 */
export function groupBounds(hosts: number, stripes: readonly StripeCount[], maxGroupSize: number): GroupBounds {
  const stripe = stripes.reduce((most, s) => Math.max(most, Math.ceil(s.members / s.tolerance)), hosts > 0 ? 1 : 0)
  const size = hosts === 0 ? 0 : Math.ceil(hosts / maxGroupSize) || 1
  const counted = stripes.filter(s => s.members <= MOST_MEMBERS)
  const enough = (k: number) =>
    counted.reduce((sum, s) => sum + s.count * lnShare(s.members, s.tolerance, k), hosts * Math.log(k)) >= 0
  let high = stripe
  while (high > 0 && high < hosts && !enough(high)) high *= 2
  let low = stripe
  high = Math.min(high, Math.max(hosts, low))
  while (low < high) {
    const middle = (low + high) >> 1
    if (enough(middle)) high = middle
    else low = middle + 1
  }
  return { stripe, size, random: low }
}

/** ln P, minus infinity where there is no way. */
function lnShare(members: number, tolerance: number, groups: number): number {
  if (members <= tolerance) return 0
  if (members > tolerance * groups) return Number.NEGATIVE_INFINITY
  if (tolerance === 1) {
    let sum = 0
    for (let i = 0; i < members; i++) sum += Math.log1p(-i / groups)
    return sum
  }
  // As the chance that Poisson counts stay within the tolerance, given their sum: its terms neither overflow nor vanish.
  const mean = members / groups
  const one: number[] = [Math.exp(-mean)]
  for (let j = 1; j <= tolerance; j++) one.push((one[j - 1]! * mean) / j)
  let lnAll = -members
  for (let i = 1; i <= members; i++) lnAll += Math.log(members / i)
  return Math.log(power(one, groups, members)[members] ?? 0) - lnAll
}

/** A polynomial to a power, without what is above x^most. */
function power(base: readonly number[], exponent: number, most: number): number[] {
  let result = [1]
  let square = [...base]
  for (let e = exponent; e > 0; e = Math.floor(e / 2)) {
    if (e % 2 === 1) result = times(result, square, most)
    if (e > 1) square = times(square, square, most)
  }
  return result
}

function times(a: readonly number[], b: readonly number[], most: number): number[] {
  const product = new Array<number>(Math.min(most, a.length + b.length - 2) + 1).fill(0)
  for (const [i, x] of a.entries()) {
    for (let j = 0; j < b.length && i + j <= most; j++) product[i + j]! += x * b[j]!
  }
  return product
}
