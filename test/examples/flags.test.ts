import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

test('examples/flags opens step by step, is stopped by its gate, and goes back', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['examples/flags/main.ts'])
  const lines = stdout.trim().split('\n')
  expect(lines[0]).toBe('open to own 100 %: 1 of 200 accounts have it')
  expect(lines[1]).toBe('open to internal 100 %: 20 of 200 accounts have it')
  expect(lines[2]).toMatch(/^open to all 10 %: \d+ of 200/)
  expect(stdout).toContain('not further: 1 of 200 checkouts failed')
  expect(stdout).toContain('after the retreat: 20 of 200, 0 checkouts failed')
  expect(stdout).toContain('with the cord pulled: hold by on-call: we look into it')
  expect(stdout).toContain('account-13 is denied whatever else is said: false (deny-list, deny)')
})
