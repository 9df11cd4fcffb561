import { expect, test } from 'vitest'
import { unhandledDuring } from './support.ts'

test('unhandledDuring sees a rejection that nobody listens to', async () => {
  const lost = new Error('lost')
  expect(await unhandledDuring(async () => void Promise.reject(lost))).toEqual([lost])
})
