import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { loadScenarios } from '../../../src/scenarios/index.ts'
import { httpSteps, s3Steps, waitSteps } from '../../../src/scenarios/steps/index.ts'

const libraries = [httpSteps(), s3Steps(), waitSteps()]
const page = readFileSync('docs/scenario-steps.md', 'utf8')

describe.each(libraries)('the library $name', ({ name, declarations }) => {
  const steps = declarations.flatMap(one => (one.type === 'step' ? [one.step] : []))

  test('has a doc of one line for each step', () => {
    expect(steps.filter(({ doc }) => !doc || doc.includes('\n') || doc.length > 140)).toEqual([])
  })

  test('is what its table in the docs says', () => {
    const section = page.split(new RegExp(`^## .*\\(\`${name}Steps\\(\\)\`\\)$`, 'm'))[1]!.split(/^## /m)[0]!
    const rows = [...section.matchAll(/^\| `(.+)` \| (.+) \|$/gm)].map(([, pattern, doc]) => [pattern, doc])
    expect(rows).toEqual(steps.map(({ pattern, doc }) => [pattern, doc]))
  })
})

test('no step of a library is another one as well', async () => {
  const steps = libraries.flatMap(({ declarations }) =>
    declarations.flatMap(one => (one.type === 'step' ? [String(one.step.pattern)] : [])),
  )
  const EXAMPLES: Record<string, string> = {
    int: '3',
    string: '"x"',
    httpMethod: 'GET',
    statusClass: '2xx',
    jsonType: 'string',
    jsonLiteral: 'true',
  }
  const texts = steps.map(pattern =>
    pattern
      .replaceAll(/\{(\w+)\}/g, (_, type: string) => EXAMPLES[type]!)
      .replaceAll(/\((\w+)\)/g, '$1')
      .replaceAll(/(\w+)\/\w+/g, '$1'),
  )
  const text = `Feature: f\n  Scenario: s\n${texts.map(one => `    * ${one}`).join('\n')}`
  const suite = await loadScenarios({ features: [{ uri: 'f.feature', text }], steps: libraries })
  const matched: number[] = []
  for await (const { testCase } of suite.envelopes())
    for (const step of testCase?.testSteps ?? []) matched.push(step.stepDefinitionIds?.length ?? 0)
  expect(matched).toEqual(steps.map(() => 1))
})
