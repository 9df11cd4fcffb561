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

test('a process that was stopped for longer than a run may take has skipped that run, and made up for nothing', async () => {
  const child = startChild(new URL('./support/frozen-canary.ts', import.meta.url))
  expect(await child.line()).toBe('run 1')
  child.process.kill('SIGSTOP')
  await new Promise(resolve => setTimeout(resolve, 4000))
  child.process.kill('SIGCONT')
  expect(await child.line()).toBe('andon: a run was skipped, the process stood still')
  expect(await child.line()).toBe('run 2')
  child.process.kill('SIGKILL')
  expect(await child.rest()).toEqual([])
})
