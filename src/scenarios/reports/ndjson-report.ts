import type { Report } from './report.ts'
import { openReportFile } from './report-file.ts'

/** The messages themselves, one a line. Rejects with `report-failed`. */
export async function ndjsonReport(path: string): Promise<Report> {
  const file = await openReportFile(path)
  return { ...file, name: `ndjson=${path}`, write: envelope => file.write(`${JSON.stringify(envelope)}\n`) }
}
