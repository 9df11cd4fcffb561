// The compatibility kit of the Cucumber project: every sample, run by our runner, must give its messages.
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Envelope } from '@cucumber/messages'
import { describe, expect, test } from 'vitest'
import { loadScenarios, type RunOptions } from '../../../src/scenarios/index.ts'
import { takeDeclarations } from './fake-cucumber.ts'
import { normalForm } from './normal-form.ts'

const kit = dirname(createRequire(import.meta.url).resolve('@cucumber/compatibility-kit/package.json'))
const { version } = JSON.parse(readFileSync(join(kit, 'package.json'), 'utf8')) as { version: string }
const samples = readdirSync(join(kit, 'features'))

/** The arguments of a sample as options of a run. */
function optionsOf(args: string): RunOptions {
  if (args.includes('--error'))
    return {
      order: () => {
        throw new Error('Whoops!')
      },
    }
  if (args.includes('--order reverse')) return { order: 'reverse' }
  const retry = /--retry (\d+)/.exec(args)?.[1]
  return retry === undefined ? {} : { retry: Number(retry) }
}

async function run(sample: string): Promise<Envelope[]> {
  const folder = join(kit, 'features', sample)
  const files = readdirSync(folder)
  for (const file of files) if (file.endsWith('.ts')) await import(join(folder, file))
  const library = { name: 'kit', declarations: takeDeclarations() }
  const features = files
    .filter(file => /\.feature(\.md)?$/.test(file))
    .map(file => ({ uri: `samples/${sample}/${file}`, text: readFileSync(join(folder, file), 'utf8') }))
  const suite = await loadScenarios({ features, steps: [library] })
  const args = files.find(file => file.endsWith('.arguments.txt'))
  const messages: Envelope[] = []
  for await (const message of suite.envelopes(args ? optionsOf(readFileSync(join(folder, args), 'utf8')) : {}))
    messages.push(message)
  return messages
}
const typesOf = (messages: readonly object[]) => messages.map(message => Object.keys(message)[0])

describe(`the compatibility kit ${version}`, () => {
  test('has the samples that are known', () => {
    expect([version, samples.length]).toEqual(['30.0.0', 46])
  })

  test.each(samples)('%s', async sample => {
    const text = readFileSync(join(kit, 'features', sample, `${sample}.ndjson`), 'utf8')
    const expected = text
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Record<string, unknown>)
    const got = (await run(sample)).map(message => JSON.parse(JSON.stringify(message)) as Record<string, unknown>)
    expect(typesOf(got)).toEqual(typesOf(expected))
    expect(normalForm(got)).toEqual(normalForm(expected))
  })
})
