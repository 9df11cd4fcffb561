import type { Envelope } from '@cucumber/messages'
import { literalOption, messageOf } from '../../core/options.ts'
import { htmlReport } from './html-report.ts'
import { junitReport } from './junit-report.ts'
import { ndjsonReport } from './ndjson-report.ts'
import type { Report } from './report.ts'
import type { TextOutput } from './terminal-output.ts'
import { type TerminalOptions, type TerminalStyle, terminalReport } from './terminal-report.ts'

/** A report that is wanted. */
export type ReportSpec =
  | { readonly kind: TerminalStyle }
  | { readonly kind: 'ndjson' | 'junit' | 'html'; readonly file: string }

/** A report that could not be made. The run goes on without it. */
export interface ReportFailure {
  readonly report: string
  readonly message: string
}

export interface OpenReportsOptions extends TerminalOptions {
  /** Where `pretty` and `progress` go. */
  readonly out: TextOutput
  /** Told as soon as a report has failed, once for each. Must not throw. */
  readonly onFailure?: (failure: ReportFailure) => void
}

/** The reports of one run. */
export interface Reports {
  /** For `suite.run`. Never throws. */
  readonly onEnvelope: (envelope: Envelope) => void
  /** Writes what is to be written; resolves to what failed, now or before. Never rejects. */
  close(): Promise<readonly ReportFailure[]>
  /** Leaves no file behind. Never rejects. */
  discard(): Promise<void>
}

/** Every kind of report there is. */
export const REPORT_KINDS = ['pretty', 'progress', 'ndjson', 'junit', 'html'] as const

/**
 * Opens reports before a run, so that what is wrong with them is known by then: rejects with `invalid-option`,
 * `missing-package`, `report-failed`. One that fails later is given up, and told; the run and the others go on.
 */
export async function openReports(specs: readonly ReportSpec[], options: OpenReportsOptions): Promise<Reports> {
  const reports: Report[] = []
  const failures: ReportFailure[] = []
  const discard = async () => {
    await Promise.all(reports.splice(0).map(report => report.discard()))
  }
  const failed = (report: Report, error: unknown) => {
    const failure = { report: report.name, message: messageOf(error) }
    failures.push(failure)
    options.onFailure?.(failure)
  }
  try {
    for (const spec of specs) reports.push(await open(spec, options))
  } catch (error) {
    await discard()
    throw error
  }
  return {
    onEnvelope(envelope) {
      for (const report of [...reports]) {
        try {
          report.write(envelope)
        } catch (error) {
          reports.splice(reports.indexOf(report), 1)
          failed(report, error)
          void report.discard()
        }
      }
    },
    async close() {
      await Promise.all(reports.splice(0).map(report => report.close().catch(error => failed(report, error))))
      return failures
    },
    discard,
  }
}

function open(spec: ReportSpec, options: OpenReportsOptions): Promise<Report> {
  switch (literalOption('report kind', spec.kind, REPORT_KINDS)) {
    case 'pretty':
    case 'progress':
      return terminalReport(spec.kind as TerminalStyle, options.out, options)
    case 'ndjson':
      return ndjsonReport((spec as { file: string }).file)
    case 'junit':
      return junitReport((spec as { file: string }).file)
    case 'html':
      return htmlReport((spec as { file: string }).file)
  }
}
