import { expect, test } from 'vitest'
import { startChild } from '../children.ts'

test('node:sqlite is loaded by the first use of a journal, and not by importing or making one', async () => {
  const child = startChild(new URL('./loader.ts', import.meta.url))
  expect(await child.line()).toBe('function false')
  expect(await child.line()).toBe('true')
  expect(await child.ended).toBe(0)
})
