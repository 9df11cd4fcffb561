import type { Lane } from '../../parts/report/index.ts'
import type { CanaryRecord } from '../canary-run.ts'

type Span = Lane['spans'][number]

/**
 * Runs as spans of time: those that went alike, and followed each other without a gap of more than `gapMs`, are one. Those
 * of a negative control are good when they fail.
 */
export function spansOf({ runs, expect }: Pick<CanaryRecord, 'runs' | 'expect'>, gapMs: number): Span[] {
  const spans: { from: number; to: number; ok: boolean; runs: number; error: string | undefined }[] = []
  for (const { startedAt, at, ok, error } of runs) {
    const last = spans.at(-1)
    if (last && last.ok === ok && startedAt - last.to <= gapMs) {
      last.to = Math.max(last.to, at)
      last.runs++
      last.error = error ?? last.error
    } else spans.push({ from: startedAt, to: at, ok, runs: 1, error })
  }
  return spans.map(({ from, to, ok, runs: n, error }) => ({
    from,
    to,
    kind: ok === (expect !== 'fail') ? 'good' : 'bad',
    title: ok ? `${n} worked` : `${n} failed: ${error ?? 'no reason given'}`,
  }))
}
