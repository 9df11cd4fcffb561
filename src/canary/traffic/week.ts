/** Milliseconds in a minute. */
export const MINUTE = 60_000
/** Minutes in a week. */
export const WEEK = 10_080
/** Minutes in one slot of a weekly profile. */
export const SLOT = 5
/** Slots in a week. */
export const SLOTS = WEEK / SLOT

/** The minute of the week (0 to 10,079; 0 is Thursday, 00:00 UTC, as in the epoch) of a whole epoch minute. */
export const minuteOfWeek = (minute: number): number => ((minute % WEEK) + WEEK) % WEEK
