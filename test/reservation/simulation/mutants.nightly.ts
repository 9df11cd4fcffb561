import { expect, test } from 'vitest'
import { mutants } from './mutants.ts'
import { runMutant } from './run-mutant.ts'

test.each(mutants.map(m => [m.name, m] as const))('%s', { timeout: 900_000 }, async (name, { equivalent }) => {
  const { by } = await runMutant(name, { seeds: equivalent === undefined ? 2000 : 50, steps: 1000 })
  if (equivalent === undefined) expect(by).toBeDefined()
  else expect(by).toBeUndefined()
})
