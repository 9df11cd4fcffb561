import { expect, test } from 'vitest'
import { startChild } from '../parts/children.ts'

const program = new URL('./lone-canary.ts', import.meta.url)

test('running canaries do not keep a process alive that has nothing else to do', async () => {
  const child = startChild(program)
  expect(await child.line()).toBe('three runs')
  expect(await child.ended).toBe(0)
})

test('a sink and an onRun that reject later do not bring the process down', async () => {
  const child = startChild(program, 'rejecting')
  expect(await child.line()).toBe('three runs')
  expect(await child.ended).toBe(0)
})
