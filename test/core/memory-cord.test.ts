import { expect, test } from 'vitest'
import { memoryCord } from '../../src/core/memory-cord.ts'
import { virtualClock } from '../../src/core/virtual-clock.ts'

test('starts released', async () => {
  const cord = memoryCord({ clock: virtualClock(7) })
  expect(await cord.read()).toEqual({ level: 'released', by: 'andon', reason: 'never pulled', at: 7 })
})

test('a pull resolves to the state that is read afterwards, with the time of the clock', async () => {
  const clock = virtualClock(7)
  const cord = memoryCord({ clock })
  await clock.advance(3)
  const state = await cord.pull('hold', 'ana', 'smoke')
  expect(state).toEqual({ level: 'hold', by: 'ana', reason: 'smoke', at: 10 })
  expect(await cord.read()).toEqual(state)
})

test('a hold never loosens a freeze', async () => {
  const cord = memoryCord()
  const frozen = await cord.pull('freeze', 'ana', 'fire')
  expect(await cord.pull('hold', 'bo', 'smoke')).toEqual(frozen)
  expect(await cord.read()).toEqual(frozen)
})

test('a freeze tightens a hold', async () => {
  const cord = memoryCord()
  await cord.pull('hold', 'ana', 'smoke')
  expect(await cord.pull('freeze', 'bo', 'fire')).toMatchObject({ level: 'freeze', by: 'bo', reason: 'fire' })
})

test('release lets go of a freeze at once, and the cord can be pulled again', async () => {
  const cord = memoryCord()
  await cord.pull('freeze', 'ana', 'fire')
  expect(await cord.release('bo', 'out')).toMatchObject({ level: 'released', by: 'bo', reason: 'out' })
  expect((await cord.read()).level).toBe('released')
  expect((await cord.pull('hold', 'ana', 'again')).level).toBe('hold')
})

test('bad input rejects, names the field and changes nothing', async () => {
  const cord = memoryCord()
  await cord.pull('hold', 'ana', 'smoke')
  await expect(cord.pull('loose' as never, 'bo', 'x')).rejects.toThrow('cord level: expected')
  await expect(cord.pull('freeze', '', 'x')).rejects.toThrow('cord by: expected')
  await expect(cord.pull('freeze', 'bo', '')).rejects.toThrow('cord reason: expected')
  await expect(cord.release('', 'x')).rejects.toThrow('cord by: expected')
  await expect(cord.release('bo', ' ')).rejects.toThrow('cord reason: expected')
  expect(await cord.read()).toMatchObject({ level: 'hold', by: 'ana', reason: 'smoke' })
})

test('two cords know nothing of each other', async () => {
  const [one, other] = [memoryCord(), memoryCord()]
  await one.pull('freeze', 'ana', 'fire')
  expect((await other.read()).level).toBe('released')
})
