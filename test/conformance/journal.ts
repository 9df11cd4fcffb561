import { describe, expect, onTestFinished, test } from 'vitest'
import type { VirtualClock } from '../../src/core/index.ts'
import type { Journal, JournalEntry, JournalEvent } from '../../src/parts/journal/index.ts'

/** A fresh, empty journal whose store takes its time from `clock`. */
export interface JournalUnderTest {
  readonly journal: Journal
  /** Opens the same store once more, where the store is more than the journal object. */
  readonly reopen?: () => Promise<Journal>
  readonly clock: VirtualClock
  readonly cleanup: () => Promise<void>
}

/** Everything that `read` yields, as a list. */
export async function entriesOf(
  journal: Journal,
  run: string,
  options?: Parameters<Journal['read']>[1],
): Promise<JournalEntry[]> {
  const list: JournalEntry[] = []
  for await (const entry of journal.read(run, options)) list.push(entry)
  return list
}

/** What every journal must do, whatever it is kept in. */
export function journalConformance(name: string, make: () => Promise<JournalUnderTest>): void {
  const fresh = async () => {
    const made = await make()
    onTestFinished(made.cleanup)
    return made
  }
  /** A journal with a leased run and a few entries. */
  const begun = async (entries = 0) => {
    const made = await fresh()
    const lease = await made.journal.lease('r1', 'alice', 1000)
    for (let n = 0; n < entries; n++) await made.journal.append('r1', n, lease.token, numbered(n + 1))
    return { ...made, lease }
  }
  const numbered = (n: number) => ({ type: 'step', n }) as JournalEvent
  const sequences = async (journal: Journal, from?: number) =>
    (await entriesOf(journal, 'r1', from === undefined ? {} : { from })).map(e => e.sequence)

  describe(`${name}, entries`, () => {
    test('are read in the order of their sequence, with what was written, by whom and when', async () => {
      const { journal, clock, lease } = await begun()
      await clock.advance(5)
      expect(await journal.append('r1', 0, lease.token, numbered(1))).toBe(1)
      await clock.advance(7)
      expect(await journal.append('r1', 1, lease.token, numbered(2))).toBe(2)
      const base = { run: 'r1', token: lease.token }
      expect(await entriesOf(journal, 'r1')).toEqual([
        { ...base, sequence: 1, at: clock.now() - 7, event: { type: 'step', n: 1 } },
        { ...base, sequence: 2, at: clock.now(), event: { type: 'step', n: 2 } },
      ])
    })

    test.each([0, 1, 3, 4, -1])('are refused after sequence %i when two are there', async expected => {
      const { journal, lease } = await begun(2)
      await expect(journal.append('r1', expected, lease.token, numbered(9))).rejects.toMatchObject({
        name: 'AndonError',
        code: 'journal-conflict',
        message: `run r1: expected to append after sequence ${expected}, the last one is 2`,
      })
      expect(await sequences(journal)).toEqual([1, 2])
    })

    test.each([
      [1, [1, 2, 3]],
      [3, [3]],
      [4, []],
    ])('are read from sequence %d on', async (from, expected) => {
      const { journal } = await begun(3)
      expect((await entriesOf(journal, 'r1', { from })).map(e => e?.sequence)).toEqual(expected)
    })

    test.each([0, -5, 1.5])('are not read from sequence %d: there is no such place', async from => {
      const { journal } = await begun(3)
      await expect(entriesOf(journal, 'r1', { from })).rejects.toMatchObject({ code: 'invalid-option' })
    })

    test('that are written while a read goes on leave no gap in it, and a thousand of them are read whole', async () => {
      const { journal, lease } = await begun(1)
      const seen: number[] = []
      for await (const { sequence } of journal.read('r1')) {
        seen.push(sequence)
        if (sequence === 1) for (let n = 1; n < 1100; n++) await journal.append('r1', n, lease.token, numbered(n + 1))
      }
      // How much of what came meanwhile is read is up to the store.
      expect(seen).toEqual(Array.from(seen, (_, i) => i + 1))
      expect(await sequences(journal)).toHaveLength(1100)
    })

    test('are plain copies: what the writer does to its event afterwards changes nothing', async () => {
      const { journal, lease } = await begun()
      const event = { type: 'step', list: [1], gone: undefined, when: new Date(0) }
      await journal.append('r1', 0, lease.token, event)
      event.list.push(2)
      const stored = { type: 'step', list: [1], when: '1970-01-01T00:00:00.000Z' }
      expect((await entriesOf(journal, 'r1'))[0]?.event).toStrictEqual(stored)
    })

    test('are plain copies: what a reader does to one changes nothing', async () => {
      const { journal, lease } = await begun()
      const event = { type: 'step', list: [1] }
      await journal.append('r1', 0, lease.token, event)
      const [first] = await entriesOf(journal, 'r1')
      ;(first!.event as typeof event).list.push(2)
      expect((await entriesOf(journal, 'r1'))[0]?.event).toStrictEqual({ type: 'step', list: [1] })
    })

    test.each([
      ['undefined', undefined],
      ['null', null],
      ['a text', 'step'],
      ['an object without a type', { n: 1 }],
      ['an event that JSON cannot hold', { type: 'step', n: 1n }],
    ])('that cannot be read back are refused when they come: %s', async (_, event) => {
      const { journal, lease } = await begun()
      await expect(journal.append('r1', 0, lease.token, event as JournalEvent)).rejects.toMatchObject({
        name: 'AndonError',
      })
      expect(await entriesOf(journal, 'r1')).toEqual([])
      expect(await journal.runs()).toEqual([])
    })

    test('end with the signal’s reason as soon as the reader’s signal is aborted', async () => {
      const { journal } = await begun(3)
      const stop = new AbortController()
      const seen: number[] = []
      const reading = (async () => {
        for await (const { sequence } of journal.read('r1', { signal: stop.signal })) {
          seen.push(sequence)
          stop.abort(new Error('enough'))
        }
      })()
      await expect(reading).rejects.toThrow('enough')
      expect(seen).toEqual([1])
    })

    test('are not looked for at all when the reader’s signal is aborted before', async () => {
      const { journal } = await fresh()
      const read = entriesOf(journal, 'nobody knows it', { signal: AbortSignal.abort(new Error('too late')) })
      await expect(read).rejects.toThrow('too late')
    })
  })

  describe(`${name}, runs`, () => {
    test('do not disturb each other and are listed, the last written first', async () => {
      const { journal, clock } = await begun(2)
      await clock.advance(10)
      const other = await journal.lease('r2', 'bob', 1000)
      await journal.append('r2', 0, other.token, numbered(1))
      const at = clock.now()
      expect(await journal.runs()).toEqual([
        { run: 'r2', entries: 1, lastAt: at },
        { run: 'r1', entries: 2, lastAt: at - 10 },
      ])
      expect(await sequences(journal)).toEqual([1, 2])
    })

    test('without an entry are not listed: neither leased ones nor those whose first append was refused', async () => {
      const { journal, lease } = await begun()
      await expect(journal.append('r1', 3, lease.token, numbered(1))).rejects.toMatchObject({
        code: 'journal-conflict',
      })
      expect(await journal.runs()).toEqual([])
    })
  })

  describe(`${name}, when it is closed`, () => {
    test('refuses everything with journal-closed, and closing again does nothing', async () => {
      const { journal, lease } = await begun(1)
      await journal.close()
      await journal.close()
      await journal[Symbol.asyncDispose]()
      const closed = { name: 'AndonError', code: 'journal-closed' }
      await expect(journal.append('r1', 1, lease.token, numbered(2))).rejects.toMatchObject(closed)
      await expect(journal.lease('r2', 'bob', 1000)).rejects.toMatchObject(closed)
      await expect(lease.renew()).rejects.toMatchObject(closed)
      await expect(journal.runs()).rejects.toMatchObject(closed)
      await expect(entriesOf(journal, 'r1')).rejects.toMatchObject(closed)
    })

    test('leaves what it took to whoever opens the store next', async () => {
      const { journal, reopen, lease } = await begun(3)
      if (reopen) await journal.close()
      const again = (await reopen?.()) ?? journal
      expect(await sequences(again)).toEqual([1, 2, 3])
      expect(await again.append('r1', 3, lease.token, numbered(4))).toBe(4)
      await expect(again.lease('r1', 'bob', 1000)).rejects.toMatchObject({ code: 'journal-held' })
    })
  })

  leaseConformance(name, fresh)
}

/** Who may write: leases and fencing. */
function leaseConformance(name: string, fresh: () => Promise<JournalUnderTest>): void {
  const held = { name: 'AndonError', code: 'journal-held' }
  const fenced = { name: 'AndonError', code: 'journal-fenced' }
  const event = { type: 'step' }

  describe(`${name}, leases`, () => {
    test('keep everybody else out, the holder too, and say who has the run and for how long', async () => {
      const { journal, clock } = await fresh()
      const lease = await journal.lease('r1', 'alice', 1000)
      expect(lease).toMatchObject({ run: 'r1', holder: 'alice', token: 1, expiresAt: clock.now() + 1000 })
      await clock.advance(999)
      const message = 'run r1: alice works on it, with a lease for another 1 ms (token 1)'
      await expect(journal.lease('r1', 'bob', 1000)).rejects.toMatchObject({ ...held, message })
      await expect(journal.lease('r1', 'alice', 1000)).rejects.toMatchObject(held)
      expect((await journal.lease('r2', 'bob', 1000)).token).toBe(1)
    })

    test('expire by the store’s clock, and each later one has a larger token', async () => {
      const { journal, reopen, clock } = await fresh()
      const tokens: number[] = []
      for (let n = 0; n < 5; n++) {
        tokens.push((await journal.lease('r1', `holder ${n}`, 1000)).token)
        await clock.advance(1000)
      }
      expect(tokens).toEqual([1, 2, 3, 4, 5])
      expect((await ((await reopen?.()) ?? journal).lease('r1', 'the next', 1000)).token).toBe(6)
    })

    test('that were taken over shut out their holder for ever: append, renew', async () => {
      const { journal, clock } = await fresh()
      const old = await journal.lease('r1', 'alice', 1000)
      await clock.advance(1000)
      const now = await journal.lease('r1', 'bob', 1000)
      const message = 'run r1: token 1 is stale, bob has token 2'
      await expect(journal.append('r1', 0, old.token, event)).rejects.toMatchObject({ ...fenced, message })
      await expect(old.renew()).rejects.toMatchObject(fenced)
      await now.release()
      await expect(journal.append('r1', 0, old.token, event)).rejects.toMatchObject(fenced)
      expect(await entriesOf(journal, 'r1')).toEqual([])
    })

    test('that expired but were not taken over may still write and be renewed', async () => {
      const { journal, clock } = await fresh()
      const lease = await journal.lease('r1', 'alice', 1000)
      await clock.advance(5000)
      expect(await journal.append('r1', 0, lease.token, event)).toBe(1)
      await lease.renew()
      expect(lease.expiresAt).toBe(clock.now() + 1000)
      await expect(journal.lease('r1', 'bob', 1000)).rejects.toMatchObject(held)
    })

    test('that are renewed last from that moment on', async () => {
      const { journal, clock } = await fresh()
      const lease = await journal.lease('r1', 'alice', 1000)
      await clock.advance(900)
      await lease.renew()
      await clock.advance(999)
      await expect(journal.lease('r1', 'bob', 1000)).rejects.toMatchObject(held)
      await clock.advance(1)
      expect((await journal.lease('r1', 'bob', 1000)).token).toBe(2)
    })

    test('that are released are free at once; releasing again, or too late, takes nothing from the next holder', async () => {
      const { journal } = await fresh()
      const old = await journal.lease('r1', 'alice', 1000)
      await old.release()
      await old.release()
      const next = await journal.lease('r1', 'bob', 1000)
      expect(next.token).toBe(2)
      await old.release()
      await expect(journal.lease('r1', 'carol', 1000)).rejects.toMatchObject(held)
      await expect(journal.append('r1', 0, old.token, event)).rejects.toMatchObject(fenced)
      expect(await journal.append('r1', 0, next.token, event)).toBe(1)
    })

    test.each([0, 2, -1, 1.5])('are needed to write: token %d, which nobody has, is refused', async token => {
      const { journal } = await fresh()
      await expect(journal.append('unknown', 0, token, event)).rejects.toMatchObject(fenced)
      await journal.lease('r1', 'alice', 1000)
      await expect(journal.append('r1', 0, token, event)).rejects.toMatchObject(fenced)
    })

    test.each([
      ['run', ['', 'alice', 1000]],
      ['holder', ['r1', ' ', 1000]],
      ['ttlMs', ['r1', 'alice', 0]],
      ['ttlMs', ['r1', 'alice', Number.NaN]],
      ['ttlMs', ['r1', 'alice', Number.POSITIVE_INFINITY]],
    ] as const)('are refused for a bad %s, by name', async (field, [run, holder, ttlMs]) => {
      const { journal } = await fresh()
      await expect(journal.lease(run, holder, ttlMs)).rejects.toMatchObject({
        code: 'invalid-option',
        message: expect.stringContaining(`${field}: expected`),
      })
    })
  })
}
