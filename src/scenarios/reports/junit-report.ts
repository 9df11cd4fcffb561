import { failuresBeside } from './failures-beside.ts'
import { loadPeer } from './load-peer.ts'
import type { Report } from './report.ts'
import { openReportFile } from './report-file.ts'

export interface JunitOptions {
  /** The name of the test suite. Default `andon`. */
  readonly suiteName?: string
}

/**
 * JUnit XML of `@cucumber/junit-xml-formatter`, which only knows scenarios and hooks: features that could not be read,
 * and a run that failed although none of its scenarios did, are test cases here as well, so that whoever reads nothing
 * else does not take the run for a good one. Rejects with `missing-package`, `report-failed`.
 */
export async function junitReport(path: string, { suiteName = 'andon' }: JunitOptions = {}): Promise<Report> {
  const { JUnitXmlPrinter } = await loadPeer(
    '@cucumber/junit-xml-formatter',
    () => import('@cucumber/junit-xml-formatter'),
  )
  const file = await openReportFile(path)
  const beside = failuresBeside()
  const printer = new JUnitXmlPrinter({ suiteName }, xml => file.write(counted(xml, beside.count())))
  return {
    ...file,
    name: `junit=${path}`,
    write(envelope) {
      for (const one of beside.with(envelope)) printer.update(one)
    },
  }
}

/** The formatter's totals leave out what is no scenario. */
function counted(xml: string, more: number): string {
  if (more === 0) return `${xml}\n`
  const root = /<testsuite\b[^>]*>/
  const add = (tag: string, name: string) =>
    tag.replace(new RegExp(` ${name}="(\\d+)"`), (_, n) => ` ${name}="${Number(n) + more}"`)
  return `${xml.replace(root, tag => add(add(tag, 'tests'), 'failures'))}\n`
}
