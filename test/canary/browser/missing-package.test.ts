import { expect, test, vi } from 'vitest'
import { browserCheck } from '../../../src/canary/index.ts'

vi.mock('playwright-core', () => {
  throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' })
})

test('without playwright-core each run is a failure that tells what to type', async () => {
  const check = browserCheck({ name: 'shop', url: 'http://127.0.0.1' })
  const result = await check.run({ signal: new AbortController().signal })
  expect(result).toMatchObject({ ok: false, code: 'missing-package' })
  expect(result.error).toContain('npm install playwright-core')
})
