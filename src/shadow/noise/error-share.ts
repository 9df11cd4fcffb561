/** The sum of 1 / (i·ln² i) from i = 2 on, 2.10974280… */
const SUM = 2.10974281

/**
 * By how much the stated error is divided for the `order`-th thing that was tested, counted from 1: (i + 1)·ln²(i + 1)·2.11.
 * The shares add up to the error however many follow, so a promise about all of them together needs no number of them
 * beforehand, and a report is not taken back because more fields turned up (Bonferroni's bound with unequal shares, as in
 * D. Foster, R. Stine, J. R. Stat. Soc. B 70, 2008). The 10th has 1/133 of the error, the 100th 1/4,540.
 */
export function errorDivisor(order: number): number {
  const i = order + 1
  return SUM * i * Math.log(i) ** 2
}
