import { failuresBeside } from './failures-beside.ts'
import { loadPeer } from './load-peer.ts'
import type { Report } from './report.ts'
import { openReportFile } from './report-file.ts'

/**
 * The page of `@cucumber/html-formatter`: one file that needs nothing else. It leaves out features that could not be read,
 * and a run that was broken off; they are shown among the hooks, so that the page does not look like that of a good run.
 * Rejects with `missing-package`, `report-failed`.
 */
export async function htmlReport(path: string): Promise<Report> {
  const { CucumberHtmlStream } = await loadPeer('@cucumber/html-formatter', () => import('@cucumber/html-formatter'))
  const { finished } = await import('node:stream/promises')
  const file = await openReportFile(path)
  const beside = failuresBeside()
  const page = new CucumberHtmlStream()
  const made = finished(page)
  // Told by `close`, which may be long after.
  made.catch(() => {})
  page.on('data', (text: string | Buffer) => file.write(String(text)))
  return {
    name: `html=${path}`,
    write(envelope) {
      for (const one of beside.with(envelope)) page.write(one)
    },
    async close() {
      page.end()
      await made.catch(async error => {
        await file.discard()
        throw error
      })
      await file.close()
    },
    async discard() {
      page.destroy()
      await file.discard()
    },
  }
}
