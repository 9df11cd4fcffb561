export { htmlReport } from './html-report.ts'
export { type JunitOptions, junitReport } from './junit-report.ts'
export { ndjsonReport } from './ndjson-report.ts'
export {
  type OpenReportsOptions,
  openReports,
  REPORT_KINDS,
  type ReportFailure,
  type ReportSpec,
  type Reports,
} from './open-reports.ts'
export type { Report } from './report.ts'
export type { TextOutput } from './terminal-output.ts'
export { type TerminalOptions, type TerminalStyle, terminalReport } from './terminal-report.ts'
