import { expect, test } from 'vitest'
import { singleFlight } from '../../src/core/single-flight.ts'

test('a call joins the one that is under way, and the next one starts anew', async () => {
  let runs = 0
  const gates: (() => void)[] = []
  const call = singleFlight(async () => {
    const run = ++runs
    await new Promise<void>(done => gates.push(done))
    return run
  })
  const both = [call(), call()]
  gates[0]!()
  expect(await Promise.all(both)).toEqual([1, 1])
  const third = call()
  gates[1]!()
  expect(await third).toBe(2)
})

test('an error reaches everybody who joined, and is not kept', async () => {
  let runs = 0
  const call = singleFlight(async () => {
    if (++runs === 1) throw new Error('once')
    return 'fine'
  })
  const results = await Promise.allSettled([call(), call()])
  expect(results.map(r => r.status)).toEqual(['rejected', 'rejected'])
  expect(await call()).toBe('fine')
})

test('work that throws synchronously, or answers at once, is a flight like any other', async () => {
  let runs = 0
  const call = singleFlight(() => {
    if (++runs === 1) throw new Error('at once')
    return runs
  })
  await expect(call()).rejects.toThrow('at once')
  expect(await call()).toBe(2)
  expect(await call()).toBe(3)
})

test('whoever goes on after a flight and calls again gets a new one', async () => {
  let runs = 0
  const call = singleFlight(async () => ++runs)
  expect(await call().then(() => call())).toBe(2)
})
