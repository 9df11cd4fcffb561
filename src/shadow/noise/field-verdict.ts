import { invalid, numberOption, wholeOption } from '../../core/options.ts'
import type { Tally } from './evidence.ts'
import { type Discordant, logEvidenceOfMore, logEvidenceOfPairs, logMean } from './more-often.ts'
import { type Interval, rateInterval } from './rate-interval.ts'

/** What is known about one field. */
export interface FieldCounts {
  /** Primary against secondary, or the calibration. Undefined: noise was never measured, and is taken to be 0. */
  readonly noise: Tally | undefined
  /** Primary against candidate. */
  readonly candidate: Tally
  /** Of requests with both comparisons, those in which one only differed. Sharpens the test; counted in the others too. */
  readonly pairs?: Discordant
}

/** Options of `fieldVerdict`. */
export interface FieldVerdictOptions {
  /** The probability, at most, of a false report among all fields, at any look. Default 0.01. */
  readonly error?: number
  /** Among how many fields the error is shared. Default 1. */
  readonly fields?: number
  /** With fewer comparisons than this, of noise or of the candidate, nothing is reported. Default 20. */
  readonly minSample?: number
}

/** Whether a candidate mismatches more often than noise. */
export interface FieldVerdict {
  readonly above: boolean
  /** `too-few`: not above, because there are fewer comparisons than `minSample`. */
  readonly sample: 'enough' | 'too-few'
  readonly noise: 'measured' | 'not-measured'
  /** Already multiplied by the number of fields, and good at any look: `above` just when it is at most the error. */
  readonly pValue: number
  /** Mismatches per comparison; null without a comparison. */
  readonly noiseRate: number | null
  readonly candidateRate: number | null
  /** Where each rate is, at every look, but for the field's share of the error; of the counts alone, not the pairs. */
  readonly noiseInterval: Interval | null
  readonly candidateInterval: Interval
}

/** What `fieldVerdict` takes for granted. */
export const FIELD_VERDICT_DEFAULTS = Object.freeze({ error: 0.01, fields: 1, minSample: 20 })

/**
 * Is the candidate's mismatch rate above the noise rate? The probability of ever saying so wrongly is at most the error,
 * however often one looks (see `logEvidenceOfMore`). What is not assumed: that rates stay the same, or that the two
 * comparisons of one request are independent. What is: that noise is the same for both copies, which a calibration can
 * only promise for the time in which it ran. Where noise was not measured, one mismatch is enough. Throws `invalid-option`.
 */
export function fieldVerdict(counts: FieldCounts, options: FieldVerdictOptions = {}): FieldVerdict {
  const error = numberOption('fieldVerdict error', options.error ?? FIELD_VERDICT_DEFAULTS.error, 1e-12, 0.5)
  const fields = numberOption('fieldVerdict fields', options.fields ?? FIELD_VERDICT_DEFAULTS.fields, 1)
  const minSample = wholeOption('fieldVerdict minSample', options.minSample ?? FIELD_VERDICT_DEFAULTS.minSample, 1)
  const candidate = tally('candidate', counts.candidate)
  const noise = counts.noise && tally('noise', counts.noise)
  const sample = Math.min(candidate.n, noise?.n ?? minSample) < minSample ? 'too-few' : 'enough'
  const pValue = pValueOf(counts, fields)
  return {
    above: sample === 'enough' && pValue <= error,
    sample,
    noise: noise ? 'measured' : 'not-measured',
    pValue,
    noiseRate: noise ? rate(noise) : 0,
    candidateRate: rate(candidate),
    noiseInterval: noise ? rateInterval(noise, error / fields) : null,
    candidateInterval: rateInterval(candidate, error / fields),
  }
}

function pValueOf({ noise, candidate, pairs }: FieldCounts, fields: number): number {
  if (!noise) return candidate.mismatches > 0 ? 0 : 1
  const counted = logEvidenceOfMore(noise, candidate)
  const evidence = pairs ? logMean(counted, logEvidenceOfPairs(pairs)) : counted
  return Math.min(1, fields * Math.exp(-evidence))
}

const rate = ({ n, mismatches }: Tally): number | null => (n === 0 ? null : mismatches / n)

function tally(name: string, { n, mismatches }: Tally): Tally {
  wholeOption(`fieldVerdict ${name}.n`, n, 0)
  wholeOption(`fieldVerdict ${name}.mismatches`, mismatches, 0)
  if (mismatches > n) throw invalid(`fieldVerdict ${name}.mismatches`, `at most n, ${n}`, mismatches)
  return { n, mismatches }
}
