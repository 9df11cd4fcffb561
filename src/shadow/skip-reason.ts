/** Why a request was not shadowed, or a copy of it not compared. */
export const SKIP_REASONS = [
  /** It is a copy itself. */
  'marked',
  /** The kill switch is off. */
  'disabled',
  /** Its method is not among those that are copied. */
  'method',
  /** Sampling passed it over. */
  'not-sampled',
  /** Its path is not among those that are copied. */
  'path',
  /** `select` said no. */
  'select',
  /** This second's budget is spent. */
  'rate',
  /** As many copies as may be are under way. */
  'in-flight',
  /** The byte budget is spent. */
  'bytes',
  /** The candidate has failed too often, and is left in peace. */
  'breaker-open',
  /** The request's body is longer than is copied. */
  'body-too-large',
  /** The request's body had been read by somebody else, who left nothing of it. */
  'body-unavailable',
  /** The customer went away before the answer. */
  'client-aborted',
  /** The primary answered before it had the whole request. */
  'request-incomplete',
  /** Its path is none: an absolute form, or with characters that no request can have. */
  'unsendable',
  /** Its answer is a stream of events, which has no end to compare. */
  'stream',
  /** The shadow was closed with this copy under way. */
  'closed',
  /** A protocol that is not copied. */
  'upgrade',
  'connect',
] as const

export type SkipReason = (typeof SKIP_REASONS)[number]
