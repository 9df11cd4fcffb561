import { AndonError } from '../core/errors.ts'
import { describe } from '../core/options.ts'
import type { Journal } from '../parts/journal/journal.ts'
import type { Section } from '../parts/report/page.ts'
import { runHistory } from './run-history.ts'

/** What a report shows beside what the journal knows. */
export interface ReportExtras {
  /** More figures for the summary. */
  readonly facts?: readonly (readonly [name: string, value: string | number])[]
  /** More sections, after the summary. */
  readonly sections?: readonly Section[]
}

/**
 * A run as one HTML page: how it ended and why, a timeline of every zone, the blast radius over time, every verdict
 * with its reasons. Made from the journal alone, so it can be had at any time, of a run that is still going on too.
 * Throws `unknown-run` when the journal does not know the run.
 */
export async function pipelineReport(journal: Journal, run: string, extras: ReportExtras = {}): Promise<string> {
  const history = await runHistory(journal, run)
  if (!history) throw new AndonError('unknown-run', `run: expected one that the journal knows, got ${describe(run)}`)
  const { reportOf } = await import('./report-page.ts')
  return reportOf(history, run, extras)
}
