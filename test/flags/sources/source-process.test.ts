import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startAppConfigServer } from '../../../src/testing/index.ts'
import { startChild } from '../../parts/children.ts'
import { tempFolder } from '../../parts/temp-folder.ts'

const program = (name: string) => new URL(name, import.meta.url)

test('sources that were started and not closed do not keep a process alive', async () => {
  const server = await startAppConfigServer({ content: {} })
  onTestFinished(() => server.close())
  const path = join(await tempFolder(), 'flags.json')
  await writeFile(path, '{}')
  const child = startChild(program('./lone-source.ts'), server.endpoint, path)
  expect(await child.ended).toBe(0)
  expect(await child.rest()).toEqual(['appconfig: document', 'agent: not-found', 'file: document', 'static: document'])
})

test('without the SDK, the line to type is told; the SDK is not asked for before the start', async () => {
  const child = startChild(program('./no-sdk.ts'))
  expect(await child.ended).toBe(0)
  expect(await child.rest()).toEqual([
    'asked for before the start: 0',
    'missing-package: @aws-sdk/client-appconfigdata is not installed; type: npm install @aws-sdk/client-appconfigdata',
  ])
})

test('in a cluster every worker that starts a source polls by itself, once', async () => {
  const child = startChild(program('./clustered.ts'))
  expect(await child.ended).toBe(0)
  expect(await child.rest()).toEqual(['versions 1,1; sessions 2, calls 2', 'workers ended with 0,0'])
})
