import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Ledger, LedgerAppend, LedgerEvent } from '../../src/parts/ledger/index.ts'

/** A fresh, empty store. */
export interface LedgerUnderTest {
  readonly ledger: Ledger
  /** Opens the same store once more, where the store is more than the object. */
  readonly reopen?: () => Promise<Ledger>
  /** Sets this client's clock, where the store has another one; the store must not care. */
  readonly setClientClock?: (ms: number) => void
  /** Makes the newest entry of the stream lie so many milliseconds in the store's future, as a clock set back does. */
  readonly clockBack: (stream: string, ms: number) => Promise<void>
  /** How exactly the store knows its own time, in milliseconds. */
  readonly grainMs: number
  readonly cleanup: () => Promise<void>
}

export const HOUR = 3_600_000
export const bad = (field: string) => ({
  name: 'AndonError',
  code: 'invalid-option',
  message: expect.stringContaining(`${field}: expected`),
})

/** What every ledger must do, whatever it is kept in. */
export function ledgerConformance(name: string, make: () => Promise<LedgerUnderTest>): void {
  const fresh = async () => {
    const made = await make()
    onTestFinished(made.cleanup)
    return made
  }
  const event = (n: number | string) => ({ type: 'step', n })
  const add = (ledger: Ledger, after: number, terms: Partial<LedgerAppend> = {}) =>
    ledger.append({ stream: 's', after, events: [event(after + 1)], ...terms })
  /** A store whose stream `s` has `count` entries. */
  const filled = async (count: number) => {
    const made = await fresh()
    for (let n = 0; n < count; n++) expect(await add(made.ledger, n)).toMatchObject({ ok: true, sequence: n + 1 })
    return made
  }
  const sequences = async (ledger: Ledger, after = 0) => (await ledger.read('s', after)).entries.map(e => e.sequence)
  const everything = async (ledger: Ledger, stream = 's') => (await ledger.read(stream, 0)).entries

  describe(`${name}, appending`, () => {
    test('gives 1, 2, 3, … and the store’s time, and what was appended comes back as it was', async () => {
      const { ledger } = await fresh()
      const first: readonly LedgerEvent[] = [
        { type: 'a', deep: { list: [1, 'é\u0000\ud800', null, true], none: {} } } as LedgerEvent,
        { type: 'b' },
      ]
      const one = await ledger.append({ stream: 's', after: 0, events: first })
      const two = await add(ledger, 1)
      expect([one, two]).toMatchObject([
        { ok: true, sequence: 1 },
        { ok: true, sequence: 2 },
      ])
      const { entries, head, now } = await ledger.read('s', 0)
      expect(head).toBe(2)
      expect(entries).toEqual([
        { sequence: 1, at: (one as { at: number }).at, events: first },
        { sequence: 2, at: (two as { at: number }).at, events: [event(2)] },
      ])
      expect(entries[1]!.at).toBeGreaterThanOrEqual(entries[0]!.at)
      expect(now).toBeGreaterThanOrEqual(entries[1]!.at)
    })

    test('behind anything but the newest entry is a conflict, names the newest, and changes nothing', async () => {
      const { ledger } = await filled(3)
      for (const after of [0, 1, 2, 4, 1000])
        expect(await add(ledger, after)).toMatchObject({ ok: false, why: 'conflict', head: 3, now: expect.any(Number) })
      expect(await sequences(ledger)).toEqual([1, 2, 3])
      const nowhere = await ledger.append({ stream: 'nowhere', after: 1, events: [event(1)] })
      expect(nowhere).toMatchObject({ ok: false, why: 'conflict', head: 0 })
      expect(await ledger.streams()).toEqual(['s'])
    })

    test('by 16 writers who fight for one stream: each success once, none lost, no gap', async () => {
      const { ledger, reopen } = await fresh()
      const ledgers = [ledger, ...(reopen ? [await reopen(), await reopen(), await reopen()] : [])]
      const acknowledged = new Map<number, string>()
      const write = async (writer: number) => {
        const mine = ledgers[writer % ledgers.length]!
        let after = 0
        for (let n = 0; n < 5; ) {
          const id = `${writer}/${n}`
          const answer = await mine.append({ stream: 's', after, events: [event(id)] })
          if (answer.ok) {
            expect(acknowledged.has(answer.sequence)).toBe(false)
            acknowledged.set(answer.sequence, id)
            n++
          } else {
            expect(answer.why).toBe('conflict')
            expect(answer.head).toBeGreaterThan(after)
          }
          after = answer.ok ? answer.sequence : (await mine.read('s', answer.head)).head
        }
      }
      await Promise.all(Array.from({ length: 16 }, (_, i) => write(i)))
      const entries = await everything(ledger)
      expect(entries.map(e => e.sequence)).toEqual(Array.from({ length: 80 }, (_, i) => i + 1))
      expect(entries.map(e => (e.events[0] as unknown as { n: string }).n)).toEqual(
        entries.map(e => acknowledged.get(e.sequence)),
      )
      expect(entries.map(e => e.at)).toEqual(entries.map(e => e.at).toSorted((a, b) => a - b))
    }, 120_000)

    test('of two at once behind the same entry, over two connections, succeeds for one', async () => {
      const { ledger, reopen } = await fresh()
      const other = (await reopen?.()) ?? ledger
      for (let after = 0; after < 10; after++) {
        const answers = await Promise.all([add(ledger, after), add(other, after)])
        expect(answers.filter(a => a.ok)).toHaveLength(1)
        expect(answers.find(a => !a.ok)).toMatchObject({ why: 'conflict' })
      }
      expect(await sequences(other)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    })

    test('of a large entry, 2 MB, works, and is read like the others', async () => {
      const { ledger } = await filled(1)
      const events = Array.from({ length: 20 }, (_, i) => ({
        type: 'large',
        text: String(i % 10).repeat(50_000) + 'ü'.repeat(25_000),
      }))
      expect(await ledger.append({ stream: 's', after: 1, events })).toMatchObject({ ok: true, sequence: 2 })
      expect((await everything(ledger))[1]!.events).toEqual(events)
      expect(await add(ledger, 2)).toMatchObject({ ok: true })
      expect((await everything(ledger))[1]!.events).toEqual(events)
      expect((await everything(ledger))[2]!.events).toEqual([event(3)])
    })

    test.each([
      ['stream', { stream: '' }],
      ['stream', { stream: 'a\nb' }],
      ['stream', { stream: 'x'.repeat(201) }],
      ['stream', { stream: '\ud800' }],
      ['stream', { stream: 5 }],
      ['after', { after: -1 }],
      ['after', { after: 1.5 }],
      ['after', { after: undefined }],
      ['events', { events: [] }],
      ['events', { events: 'step' }],
      ['events', { events: [{ type: 'good' }, { no: 'type' }] }],
      ['events', { events: [null] }],
      ['events', { events: [{ type: 'x', toJSON: () => 5 }] }],
      ['notBefore', { notBefore: Number.NaN }],
      ['before', { before: '5' }],
    ])('is refused for a bad %s, by name: %j', async (field, terms) => {
      const { ledger } = await fresh()
      await expect(add(ledger, 0, terms as never)).rejects.toMatchObject(bad(field))
      expect(await ledger.streams()).toEqual([])
    })

    test('takes any name of a stream and any JSON, and gives them back', async () => {
      const { ledger } = await fresh()
      const names = fc
        .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
        .filter(s => s.trim() !== '' && s.length <= 200)
      const used = new Set<string>()
      await fc.assert(
        fc.asyncProperty(names, fc.jsonValue(), async (stream, value) => {
          if (/\p{Cc}/u.test(stream) || !stream.isWellFormed() || used.has(stream)) return
          used.add(stream)
          // What JSON cannot hold, −0 say, is no plain JSON.
          const events = JSON.parse(JSON.stringify([{ type: 't', value }])) as LedgerEvent[]
          expect(await ledger.append({ stream, after: 0, events })).toMatchObject({ ok: true })
          expect((await everything(ledger, stream))[0]!.events).toEqual(events)
        }),
        { numRuns: 40 },
      )
      expect(new Set(await ledger.streams())).toEqual(used)
    })
  })

  describe(`${name}, time`, () => {
    test('notBefore and before are judged by the store’s, and conflict comes first', async () => {
      const { ledger, grainMs } = await filled(1)
      const { now } = await ledger.read('s', 0)
      expect(await add(ledger, 1, { notBefore: now + HOUR })).toMatchObject({ ok: false, why: 'early', head: 1 })
      expect(await add(ledger, 1, { before: now })).toMatchObject({ ok: false, why: 'late', head: 1 })
      expect(await add(ledger, 1, { before: now - HOUR })).toMatchObject({ ok: false, why: 'late' })
      expect(await add(ledger, 0, { before: now - HOUR })).toMatchObject({ ok: false, why: 'conflict' })
      expect(await add(ledger, 0, { notBefore: now + HOUR })).toMatchObject({ ok: false, why: 'conflict' })
      expect(await sequences(ledger)).toEqual([1])
      expect(await add(ledger, 1, { notBefore: now - grainMs, before: now + HOUR })).toMatchObject({
        ok: true,
        sequence: 2,
      })
    })

    test('of an entry within its guards is within them as it is written down', async () => {
      const { ledger, grainMs } = await fresh()
      const { now } = await ledger.read('s', 0)
      const answer = await add(ledger, 0, { notBefore: now - grainMs, before: now + HOUR })
      expect(answer.ok).toBe(true)
      const [entry] = await everything(ledger)
      expect(entry!.at).toBeGreaterThanOrEqual(now - grainMs)
      expect(entry!.at).toBeLessThan(now + HOUR)
    })

    test('that the client’s clock tells does not matter', async () => {
      const { ledger, setClientClock } = await filled(1)
      const { now } = await ledger.read('s', 0)
      if (!setClientClock) return
      let after = 1
      for (const at of [1, 4_000_000_000_000]) {
        setClientClock(at)
        expect(await add(ledger, after, { notBefore: now + HOUR })).toMatchObject({ ok: false, why: 'early' })
        expect(await add(ledger, after, { before: now - HOUR })).toMatchObject({ ok: false, why: 'late' })
        const answer = await add(ledger, after, { notBefore: now - HOUR, before: now + HOUR })
        expect(answer).toMatchObject({ ok: true })
        expect(Math.abs((answer as { at: number }).at - now)).toBeLessThan(HOUR)
        after++
      }
    })

    test('never goes back in a log, even when the store’s clock does, and guards go by the log’s', async () => {
      const { ledger, clockBack } = await filled(1)
      await clockBack('s', 2 * HOUR)
      const { entries, now, head } = await ledger.read('s', 0)
      const { at } = entries.at(-1)!
      expect(now).toBeGreaterThanOrEqual(at)
      expect(await add(ledger, head, { before: at })).toMatchObject({ ok: false, why: 'late' })
      expect(await add(ledger, head, { notBefore: at + HOUR })).toMatchObject({ ok: false, why: 'early', now: at })
      expect(await add(ledger, head, { notBefore: at, before: at + 1 })).toMatchObject({ ok: true, at })
      expect(await add(ledger, head + 1)).toMatchObject({ ok: true, at })
    })
  })

  describe(`${name}, reading`, () => {
    test('of what is not there is empty, and has a time', async () => {
      const { ledger } = await filled(2)
      const nothing = await ledger.read('nowhere', 0)
      expect(nothing).toEqual({ entries: [], head: 0, now: expect.any(Number) })
      expect(nothing.now).toBeGreaterThan(1_600_000_000_000)
      expect(await ledger.read('s', 2)).toMatchObject({ entries: [], head: 2 })
      expect(await ledger.read('s', 7)).toMatchObject({ entries: [], head: 2 })
    })

    test('goes page by page, each with the newest sequence', async () => {
      const { ledger } = await filled(7)
      const pages: number[][] = []
      for (let after = 0; after < 7; ) {
        const { entries, head } = await ledger.read('s', after, { limit: 3 })
        expect(head).toBe(7)
        pages.push(entries.map(e => e.sequence))
        after = entries.at(-1)!.sequence
      }
      expect(pages).toEqual([[1, 2, 3], [4, 5, 6], [7]])
      expect((await ledger.read('s', 5, { limit: 1 })).entries.map(e => e.sequence)).toEqual([6])
    })

    test('of one stream shows nothing of another; streams are listed by name', async () => {
      const { ledger } = await fresh()
      for (const stream of ['b', 'a', 'B', 'a/b', 'ä', 'a%'])
        expect(await ledger.append({ stream, after: 0, events: [event(stream)] })).toMatchObject({
          ok: true,
          sequence: 1,
        })
      expect(await everything(ledger, 'a')).toMatchObject([{ events: [event('a')] }])
      expect(await everything(ledger, 'a/b')).toMatchObject([{ events: [event('a/b')] }])
      expect(await ledger.streams()).toEqual(['B', 'a', 'a%', 'a/b', 'b', 'ä'])
    })

    test.each([
      ['stream', ['', 0]],
      ['after', ['s', -1]],
      ['limit', ['s', 0, { limit: 0 }]],
      ['limit', ['s', 0, { limit: 2.5 }]],
    ])('is refused for a bad %s, by name: %j', async (field, given) => {
      const { ledger } = await fresh()
      await expect(ledger.read(...(given as [string, number]))).rejects.toMatchObject(bad(field))
    })

    test('finds what was written once the store is opened again', async () => {
      const { ledger, reopen } = await filled(3)
      if (!reopen) return
      const before = await everything(ledger)
      await ledger.close()
      const again = await reopen()
      expect(await everything(again)).toEqual(before)
      expect(await add(again, 2)).toMatchObject({ ok: false, why: 'conflict', head: 3 })
      expect(await add(again, 3)).toMatchObject({ ok: true, sequence: 4 })
    })
  })

  describe(`${name}, trimming`, () => {
    test('forgets up to and with a sequence; reading before it says so, and behind it goes on', async () => {
      const { ledger } = await filled(6)
      await ledger.trim('s', 3)
      for (const after of [0, 1, 2])
        await expect(ledger.read('s', after)).rejects.toMatchObject({
          name: 'AndonError',
          code: 'ledger-trimmed',
          message: expect.stringMatching(/^stream s: entries after \d are gone, the first that is left is 4$/),
        })
      expect(await sequences(ledger, 3)).toEqual([4, 5, 6])
      expect(await sequences(ledger, 5)).toEqual([6])
      await ledger.trim('s', 1)
      expect(await sequences(ledger, 3)).toEqual([4, 5, 6])
      expect(await ledger.streams()).toEqual(['s'])
    })

    test('never forgets the newest entry, and nothing of another stream', async () => {
      const { ledger } = await filled(2)
      await ledger.append({ stream: 'other', after: 0, events: [event(1)] })
      await ledger.trim('s', 1_000_000)
      expect(await sequences(ledger, 1)).toEqual([2])
      await ledger.trim('s', 2)
      expect(await sequences(ledger, 1)).toEqual([2])
      expect(await add(ledger, 2)).toMatchObject({ ok: true, sequence: 3 })
      await ledger.trim('nowhere', 5)
      await ledger.trim('other', 5)
      expect(await everything(ledger, 'other')).toHaveLength(1)
    })

    test('never frees a slot: whoever slept through it gets a conflict, over any connection', async () => {
      const { ledger, reopen } = await filled(1)
      const sleeper = (await reopen?.()) ?? ledger
      expect(await add(sleeper, 1)).toMatchObject({ ok: true, sequence: 2 })
      for (let n = 2; n < 8; n++) await add(ledger, n)
      for (const upTo of [1, 2, 5, 8]) {
        await ledger.trim('s', upTo)
        for (const after of [0, 1, 2, 3, 4, 5, 6, 7])
          for (const writer of [sleeper, ledger])
            expect(await add(writer, after), `${after} after ${upTo}`).toMatchObject({
              ok: false,
              why: 'conflict',
              head: 8,
            })
      }
      expect(await sequences(ledger, 7)).toEqual([8])
      expect(await add(sleeper, 8)).toMatchObject({ ok: true, sequence: 9 })
    })

    test('while others append and read: readers see all entries or that they are gone', async () => {
      const { ledger, reopen } = await filled(1)
      const other = (await reopen?.()) ?? ledger
      let done = false
      const write = async () => {
        for (let n = 1; n < 60; n++) expect(await add(ledger, n)).toMatchObject({ ok: true })
        done = true
      }
      const trim = async () => {
        while (!done) await other.trim('s', Math.max(0, (await other.read('s', 10_000)).head - 5))
      }
      const read = async () => {
        while (!done) {
          const { head } = await other.read('s', 10_000)
          const after = Math.max(0, head - 8)
          const page = await other.read('s', after).catch(error => {
            expect(error).toMatchObject({ code: 'ledger-trimmed' })
          })
          if (page) expect(page.entries.map(e => e.sequence)).toEqual(page.entries.map((_, i) => after + 1 + i))
          if (page) expect(page.entries.at(-1)?.sequence ?? page.head).toBe(page.head)
          await new Promise(resolve => setImmediate(resolve))
        }
      }
      await Promise.all([write(), trim(), read(), read()])
      expect(await sequences(ledger, 59)).toEqual([60])
    }, 60_000)

    test('is refused for bad input, by name', async () => {
      const { ledger } = await fresh()
      await expect(ledger.trim('', 1)).rejects.toMatchObject(bad('stream'))
      await expect(ledger.trim('s', -1)).rejects.toMatchObject(bad('upTo'))
    })
  })

  describe(`${name}, snapshots`, () => {
    const bytes = (text: string) => new TextEncoder().encode(text)
    const text = (b: Uint8Array | undefined) => b && new TextDecoder().decode(b)

    test('are kept by name, the newest of each, apart from other streams', async () => {
      const { ledger } = await filled(2)
      expect(await ledger.snapshot('s', 'state')).toBeUndefined()
      await ledger.saveSnapshot('s', 'state', 1, 77, bytes('one'))
      await ledger.saveSnapshot('s', 'other', 2, 78, bytes('other'))
      await ledger.saveSnapshot('t', 'state', 9, 79, bytes('of t'))
      await ledger.saveSnapshot('s', 'state', 2, 80, bytes('two'))
      expect(await ledger.snapshot('s', 'state')).toEqual({ sequence: 2, at: 80, bytes: expect.any(Uint8Array) })
      expect(text((await ledger.snapshot('s', 'state'))!.bytes)).toBe('two')
      expect(text((await ledger.snapshot('s', 'other'))!.bytes)).toBe('other')
      expect(text((await ledger.snapshot('t', 'state'))!.bytes)).toBe('of t')
      expect(await ledger.streams()).toEqual(['s'])
    })

    test('never go back to an older sequence, and are replaced at the same', async () => {
      const { ledger } = await fresh()
      await ledger.saveSnapshot('s', 'state', 5, 50, bytes('five'))
      await ledger.saveSnapshot('s', 'state', 4, 40, bytes('four'))
      expect(await ledger.snapshot('s', 'state')).toMatchObject({ sequence: 5, at: 50 })
      await ledger.saveSnapshot('s', 'state', 5, 51, bytes('again'))
      const { at, bytes: kept } = (await ledger.snapshot('s', 'state'))!
      expect([at, text(kept)]).toEqual([51, 'again'])
    })

    test('may be empty, and are nobody’s to change', async () => {
      const { ledger } = await fresh()
      await ledger.saveSnapshot('s', 'empty', 0, 0, new Uint8Array())
      expect((await ledger.snapshot('s', 'empty'))!.bytes).toHaveLength(0)
      const mine = bytes('mine')
      await ledger.saveSnapshot('s', 'state', 1, 1, mine)
      mine.fill(0)
      const read = (await ledger.snapshot('s', 'state'))!
      expect(text(read.bytes)).toBe('mine')
      read.bytes.fill(0)
      expect(text((await ledger.snapshot('s', 'state'))!.bytes)).toBe('mine')
    })

    test('of 20 MB come back whole, and are replaced by smaller ones', async () => {
      const { ledger, reopen } = await fresh()
      const large = new Uint8Array(20_000_003)
      for (let i = 0; i < large.length; i += 997) large[i] = i % 251
      await ledger.saveSnapshot('s', 'state', 1, 1, large)
      const again = (await reopen?.()) ?? ledger
      expect(Buffer.compare((await again.snapshot('s', 'state'))!.bytes, large)).toBe(0)
      await ledger.saveSnapshot('s', 'state', 2, 2, large.subarray(5, 1_000_000))
      const small = (await again.snapshot('s', 'state'))!
      expect(Buffer.compare(small.bytes, large.subarray(5, 1_000_000))).toBe(0)
    }, 60_000)

    test('that two write at once: one of them counts, whole, and it is the newest', async () => {
      const { ledger, reopen } = await fresh()
      const other = (await reopen?.()) ?? ledger
      for (let n = 1; n < 6; n += 2) {
        const [a, b] = [new Uint8Array(900_000).fill(n), new Uint8Array(900_000).fill(n + 1)]
        await Promise.all([
          ledger.saveSnapshot('s', 'state', n, n, a),
          other.saveSnapshot('s', 'state', n + 1, n + 1, b),
        ])
        const { sequence, bytes: kept } = (await ledger.snapshot('s', 'state'))!
        expect(sequence).toBe(n + 1)
        expect(Buffer.compare(kept, b)).toBe(0)
      }
    })

    test.each([
      ['stream', ['', 'state', 1, 1, new Uint8Array()]],
      ['snapshot name', ['s', 'a#b', 1, 1, new Uint8Array()]],
      ['snapshot name', ['s', '', 1, 1, new Uint8Array()]],
      ['snapshot sequence', ['s', 'state', -1, 1, new Uint8Array()]],
      ['snapshot at', ['s', 'state', 1, Number.NaN, new Uint8Array()]],
      ['snapshot bytes', ['s', 'state', 1, 1, 'text']],
      ['snapshot bytes', ['s', 'state', 1, 1, new Uint8Array(200 * 2 ** 20 + 1)]],
    ])('are refused for a bad %s, by name', async (field, given) => {
      const { ledger } = await fresh()
      const save = ledger.saveSnapshot(...(given as Parameters<Ledger['saveSnapshot']>))
      await expect(save).rejects.toMatchObject(bad(field))
    })
  })

  describe(`${name}, when it ends`, () => {
    test('a call that is aborted rejects with the caller’s reason, and nothing was sent', async () => {
      const { ledger } = await filled(2)
      const call = { signal: AbortSignal.abort(new Error('enough')) }
      const one = new Uint8Array(1)
      await expect(ledger.append({ stream: 's', after: 2, events: [event(3)] }, call)).rejects.toThrow('enough')
      await expect(ledger.read('s', 0, call)).rejects.toThrow('enough')
      await expect(ledger.trim('s', 1, call)).rejects.toThrow('enough')
      await expect(ledger.streams(call)).rejects.toThrow('enough')
      await expect(ledger.saveSnapshot('s', 'x', 1, 1, one, call)).rejects.toThrow('enough')
      await expect(ledger.snapshot('s', 'x', call)).rejects.toThrow('enough')
      expect(await sequences(ledger)).toEqual([1, 2])
    })

    test('everything is refused with ledger-closed, and closing again does nothing', async () => {
      const { ledger } = await filled(1)
      await ledger.close()
      await ledger.close()
      await ledger[Symbol.asyncDispose]()
      const closed = { name: 'AndonError', code: 'ledger-closed' }
      await expect(add(ledger, 1)).rejects.toMatchObject(closed)
      await expect(ledger.read('s', 0)).rejects.toMatchObject(closed)
      await expect(ledger.trim('s', 1)).rejects.toMatchObject(closed)
      await expect(ledger.streams()).rejects.toMatchObject(closed)
      await expect(ledger.snapshot('s', 'x')).rejects.toMatchObject(closed)
      await expect(ledger.saveSnapshot('s', 'x', 1, 1, new Uint8Array())).rejects.toMatchObject(closed)
    })
  })
}
