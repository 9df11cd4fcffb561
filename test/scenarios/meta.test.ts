import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { VERSION } from '../../src/scenarios/run/meta.ts'
import { feature, happening, runOf } from './support/suite-of.ts'

const versionOf = (path: string) => (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version

test('messages tell the version of this package, and that of the messages', async () => {
  expect(VERSION).toBe(versionOf('package.json'))
  const { messages } = await runOf(
    feature('all is well'),
    happening(() => {}),
  )
  expect(messages[0]!.meta).toMatchObject({
    implementation: { name: 'andon', version: VERSION },
    protocolVersion: versionOf('node_modules/@cucumber/messages/package.json'),
  })
})
