import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { parseXml, XmlElement, type XmlNode } from '@rgrove/parse-xml'
import { describe, expect, test } from 'vitest'
import { loadScenarios } from '../../../src/scenarios/index.ts'
import { openReports, type ReportFailure, type ReportSpec } from '../../../src/scenarios/reports/index.ts'
import { tempFolder } from '../../parts/temp-folder.ts'
import { aRun, files, suite } from './a-run.ts'

const none = { write: () => {} }

async function made(
  specs: readonly ReportSpec[],
  out = none as Parameters<typeof openReports>[1]['out'],
  parallel = 1,
) {
  const told: ReportFailure[] = []
  const { steps } = await suite()
  const reports = await openReports(specs, { out, steps, onFailure: failure => void told.push(failure) })
  const result = await aRun({ onEnvelope: reports.onEnvelope, parallel })
  return { result, told, failures: await reports.close(), reports }
}
const elements = (node: { readonly children: readonly XmlNode[] }, name: string): XmlElement[] =>
  node.children.flatMap(child =>
    child instanceof XmlElement ? [...(child.name === name ? [child] : []), ...elements(child, name)] : [],
  )

describe('reports', () => {
  test('files are whole, 0600, in folders that were made, and nothing else is left', async () => {
    const folder = await tempFolder()
    const { ndjson, junit, html } = files(folder)
    const { failures } = await made([
      { kind: 'ndjson', file: ndjson },
      { kind: 'junit', file: junit },
      { kind: 'html', file: html },
    ])
    expect(failures).toEqual([])
    expect((await readdir(folder, { recursive: true })).sort()).toEqual(['a', 'a/run.ndjson', 'a/run.xml', 'run.html'])
    for (const file of [ndjson, junit, html]) expect((await stat(file)).mode & 0o777).toBe(0o600)
    const messages = (await readFile(ndjson, 'utf8')).trimEnd().split('\n')
    const types = messages.map(line => Object.keys(JSON.parse(line))[0])
    expect([types[0], types.at(-1)]).toEqual(['meta', 'testRunFinished'])
  })

  test('no secret is in any of them, text or base64', async () => {
    const folder = await tempFolder()
    const { ndjson, junit, html } = files(folder)
    let out = ''
    await made(
      [
        { kind: 'ndjson', file: ndjson },
        { kind: 'junit', file: junit },
        { kind: 'html', file: html },
        { kind: 'pretty' },
      ],
      {
        write: text => (out += text),
      },
    )
    const texts = [out, ...(await Promise.all([ndjson, junit, html].map(file => readFile(file, 'utf8'))))]
    for (const text of texts) {
      expect(text).toContain('[redacted]')
      expect(text).not.toContain('sesame')
      for (const [encoded] of text.matchAll(/[A-Za-z0-9+/]{12,}={0,2}/g))
        expect(Buffer.from(encoded, 'base64').toString('latin1')).not.toContain('sesame')
    }
    expect(texts[1]).toContain(Buffer.from('binary [redacted]').toString('base64'))
  })

  test('JUnit XML has every scenario, and the feature that could not be read', async () => {
    const { junit } = files(await tempFolder())
    await made([{ kind: 'junit', file: junit }])
    const { root } = parseXml(await readFile(junit, 'utf8'))
    expect(root!.attributes).toMatchObject({ name: 'andon', tests: '6', failures: '4', skipped: '1', errors: '0' })
    const cases = elements(root!, 'testcase').map(one => [
      one.attributes.name,
      one.children.flatMap(child => (child instanceof XmlElement && child.name !== 'system-out' ? [child.name] : [])),
    ])
    expect(cases).toEqual([
      ['bad.feature:4', ['failure']],
      ['what is there can be bought - buying', []],
      ['what is there can be bought - too many', ['failure']],
      ['what is there can be bought - not written', ['failure']],
      ['what is there can be bought - left out', ['skipped']],
      ['what is there can be bought - unknown', ['failure']],
    ])
    expect(elements(root!, 'failure')[1]!.text).toContain('3 left ]]>  [redacted]')
  })

  test('JUnit XML of a run that failed without a scenario has a failure all the same', async () => {
    const { junit } = files(await tempFolder())
    const good = await loadScenarios({
      features: [{ uri: 'a.feature', text: 'Feature: A\n Scenario: a\n' }],
      steps: [],
    })
    for (const options of [
      { signal: AbortSignal.abort(new Error('stopped')) },
      {
        order: () => {
          throw new Error('no order')
        },
      },
    ]) {
      const reports = await openReports([{ kind: 'junit', file: junit }], { out: none })
      const { success } = await good.run({ ...options, onEnvelope: reports.onEnvelope })
      await reports.close()
      const { root } = parseXml(await readFile(junit, 'utf8'))
      expect([success, root!.attributes.tests, root!.attributes.failures]).toEqual([false, '1', '1'])
      expect(elements(root!, 'testcase')[0]!.attributes.name).toBe('the run')
    }
  })

  test('one character a step, then a summary; colours and control characters only as a terminal wants them', async () => {
    for (const isTTY of [false, true]) {
      let out = ''
      await made([{ kind: 'progress' }], { write: text => (out += text), isTTY, getColorDepth: () => 8 })
      expect(out.includes('\u001b[31m')).toBe(isTTY)
      expect(stripVTControlCharacters(out)).toMatch(/^\.\.\.\.FP-U\n/)
      expect(out).not.toContain('\u001b[2J')
      expect(out).toContain('The steps nearest to "a shop with 3 pears":\n  a shop with {int} apples  (shop)\n')
    }
    let grey = ''
    await made([{ kind: 'pretty' }], { write: text => (grey += text), isTTY: true, getColorDepth: () => 1 })
    expect(grey).not.toContain('\u001b')
    expect(grey).toContain('text [redacted]\\u{1b}[2J')
  })

  test('pretty output keeps each scenario in one piece while several run', async () => {
    const print = async (parallel: number) => {
      let out = ''
      await made([{ kind: 'pretty' }], { write: text => (out += text) }, parallel)
      const [told = ''] = out.split('Pending scenarios:')
      return told
        .split('\n')
        .filter(line => /Scenario:|[✔✘■↷]/.test(line))
        .map(line => line.replace(/ +#.*/, ''))
    }
    expect(await print(5)).toEqual(await print(1))
  })
})

describe('a report that fails', () => {
  test('is told once, leaves the old file as it was, and neither the run nor the others fail', async () => {
    const folder = await tempFolder()
    const { ndjson } = files(folder)
    const { result, told, failures } = await made(
      [
        { kind: 'html', file: '/dev/full' },
        { kind: 'ndjson', file: '/dev/full' },
        { kind: 'progress' },
        { kind: 'ndjson', file: ndjson },
      ],
      {
        write() {
          throw Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })
        },
      },
    )
    expect(told.map(({ report }) => report).sort()).toEqual(['html=/dev/full', 'ndjson=/dev/full', 'progress'])
    expect(failures).toEqual(told)
    expect(told.find(({ report }) => report === 'html=/dev/full')!.message).toContain('ENOSPC')
    expect(result.scenarios).toHaveLength(5)
    expect(await readFile(ndjson, 'utf8')).toContain('testRunFinished')
    expect((await stat('/dev/full')).isCharacterDevice()).toBe(true)
  })

  test('to open is told before the run; what was opened is taken away', async () => {
    const folder = await tempFolder()
    await mkdir(join(folder, 'there'))
    const { ndjson } = files(folder)
    for (const file of [join(folder, 'there'), '/proc/nowhere/a.html'])
      await expect(
        openReports(
          [
            { kind: 'ndjson', file: ndjson },
            { kind: 'html', file },
          ],
          { out: none },
        ),
      ).rejects.toMatchObject({ code: 'report-failed', message: expect.stringContaining(file) })
    await expect(openReports([{ kind: 'xml' as 'html', file: 'a' }], { out: none })).rejects.toMatchObject({
      code: 'invalid-option',
    })
    expect(await readdir(folder, { recursive: true })).toEqual(['a', 'there'])
  })

  test('what is there stays until the new one is whole, and a link is followed', async () => {
    const folder = await tempFolder()
    await writeFile(join(folder, 'real.html'), 'old')
    await symlink('real.html', join(folder, 'link.html'))
    const specs = [{ kind: 'html', file: join(folder, 'link.html') }] as const
    const given = await openReports(specs, { out: none })
    await aRun({ onEnvelope: given.onEnvelope })
    expect(await readFile(join(folder, 'real.html'), 'utf8')).toBe('old')
    await given.discard()
    expect((await readdir(folder)).sort()).toEqual(['link.html', 'real.html'])
    expect(await readFile(join(folder, 'real.html'), 'utf8')).toBe('old')
    await made(specs)
    expect(await readFile(join(folder, 'real.html'), 'utf8')).toContain('<!DOCTYPE html>')
    expect((await readdir(folder)).sort()).toEqual(['link.html', 'real.html'])
  })
})
