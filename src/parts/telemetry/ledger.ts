import type { DropReason, TelemetryCounts } from './telemetry-sink.ts'

/** Keeps count of what became of points. */
export interface Ledger {
  recorded(): void
  sent(points: number): void
  drop(reason: DropReason, points: number): void
  asked(): void
  retried(): void
  counts(buffered: number): TelemetryCounts
  /** What was dropped since this was last asked. */
  unpublished(): readonly (readonly [DropReason, number])[]
}

/** An empty one. */
export function createLedger(): Ledger {
  const dropped = new Map<DropReason, number>()
  const news = new Map<DropReason, number>()
  let recorded = 0
  let sent = 0
  let requests = 0
  let retries = 0
  return {
    recorded: () => void recorded++,
    sent: points => void (sent += points),
    drop(reason, points) {
      if (points === 0) return
      for (const counts of [dropped, news]) counts.set(reason, (counts.get(reason) ?? 0) + points)
    },
    asked: () => void requests++,
    retried: () => void retries++,
    counts: buffered => ({ recorded, sent, buffered, dropped: Object.fromEntries(dropped), requests, retries }),
    unpublished() {
      const all = [...news]
      news.clear()
      return all
    },
  }
}
