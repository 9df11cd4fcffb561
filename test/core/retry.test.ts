import { describe, expect, test } from 'vitest'
import { retry } from '../../src/core/retry.ts'
import { virtualClock } from '../../src/core/virtual-clock.ts'

const failing = (times: number) => {
  const attempts: number[] = []
  const work = (attempt: number) => {
    attempts.push(attempt)
    if (attempts.length <= times) throw new Error(`failure ${attempts.length}`)
    return 'done'
  }
  return { attempts, work }
}

describe('retry', () => {
  test('tries until it works, waiting a random part of a span that doubles', async () => {
    const clock = virtualClock(0)
    const { attempts, work } = failing(3)
    const starts: number[] = []
    const done = retry(
      attempt => {
        starts.push(clock.now())
        return work(attempt)
      },
      { clock, baseMs: 100, random: () => 0.5 },
    )
    await clock.advance(10_000)
    expect(await done).toBe('done')
    expect(attempts).toEqual([0, 1, 2, 3])
    expect(starts).toEqual([0, 50, 150, 350])
  })

  test('gives up after as many attempts as it has, with the last error', async () => {
    const { attempts, work } = failing(Number.POSITIVE_INFINITY)
    await expect(retry(work, { attempts: 3, baseMs: 0 })).rejects.toThrow('failure 3')
    expect(attempts.length).toBe(3)
  })

  test('tries no more when the error is not worth it, or the time is over', async () => {
    const { attempts, work } = failing(9)
    await expect(retry(work, { retryIf: error => !String(error).includes('2'), baseMs: 0 })).rejects.toThrow(
      'failure 2',
    )
    const late = failing(9)
    await expect(retry(late.work, { withinMs: 10, baseMs: 100, random: () => 1 })).rejects.toThrow('failure 1')
    expect([attempts.length, late.attempts.length]).toEqual([2, 1])
  })

  test('an abort ends it between two tries, and after one', async () => {
    const stop = new AbortController()
    const clock = virtualClock(0)
    const { attempts, work } = failing(9)
    const done = retry(work, { clock, signal: stop.signal, random: () => 1 })
    done.catch(() => {})
    await clock.advance(1)
    stop.abort(new Error('enough'))
    await expect(done).rejects.toThrow('enough')
    expect(attempts.length).toBe(1)
    await expect(retry(work, { signal: stop.signal })).rejects.toThrow('enough')
    expect(attempts.length).toBe(1)
  })

  test.each([[{ attempts: 0 }], [{ withinMs: -1 }]])('%j is refused', async options => {
    await expect(retry(() => 1, options)).rejects.toMatchObject({ code: 'invalid-option' })
  })
})
