import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AndonError } from '../../../src/core/index.ts'
import { changeDocument, describeDifference, diffDocuments } from '../../../src/flags/control/index.ts'
import { memoryWriter, WHO } from './support.ts'

describe('changing a document', () => {
  test('shows the difference before it writes, and writes only what is agreed to', async () => {
    const writer = memoryWriter({ a: { enabled: false, color: 'blue' }, gone: { enabled: true } })
    const edit = () => ({ a: { enabled: true, color: 'blue' }, new: { enabled: false } })
    const shown: string[] = []
    const refuse = (differences: Parameters<typeof describeDifference>[0][]) => {
      shown.push(...differences.map(describeDifference))
      return false
    }
    const no = await changeDocument(writer, edit, { ...WHO, confirm: refuse as never })
    expect(shown).toEqual(['~ /a/enabled: false → true', '- /gone: {"enabled":true}', '+ /new: {"enabled":false}'])
    expect([no.written, no.version, writer.writes]).toEqual([false, '1', 0])
    // Anything but true is no yes.
    expect((await changeDocument(writer, edit, { ...WHO, confirm: () => 'yes' as never })).written).toBe(false)
    expect(await changeDocument(writer, edit, { ...WHO, confirm: async () => true })).toMatchObject({
      written: true,
      version: '2',
    })
  })

  test('nothing to change writes nothing', async () => {
    const writer = memoryWriter({ a: { enabled: true } })
    expect((await changeDocument(writer, doc => doc, WHO)).written).toBe(false)
    expect(writer.writes).toBe(0)
  })

  test.each<[string, 'flags' | 'audiences', object, string]>([
    ['a flag that is none', 'flags', { a: { enabled: 'yes' }, b: 7 }, 'flag a'],
    ['audiences without a key', 'audiences', { a: { allow: ['1'] } }, 'audiences["a"].key'],
    ['a share above one', 'audiences', { a: { key: 'id', percentage: 20 } }, 'percentage'],
    [
      'a rule that cannot be read',
      'audiences',
      { a: { key: 'id', cohorts: [{ name: 'x', rule: '(eq $a' }] } },
      'audience',
    ],
  ])('%s is not written, and the message says what is wrong', async (_, kind, document, message) => {
    const writer = memoryWriter()
    const change = changeDocument(writer, () => document as never, { ...WHO, kind })
    await expect(change).rejects.toMatchObject({ code: kind === 'flags' ? 'invalid-document' : 'invalid-document' })
    await expect(change).rejects.toThrow(message)
    expect(writer.writes).toBe(0)
  })

  test('a list that is named may be one that only clients have', async () => {
    const writer = memoryWriter()
    const document = { a: { key: 'id', deny: { list: 'blocked' } } }
    expect((await changeDocument(writer, () => document, { ...WHO, kind: 'audiences' })).written).toBe(true)
  })

  test('begins again with what is there when somebody was quicker, five times at most', async () => {
    const writer = memoryWriter({ a: { enabled: true } })
    let rivals = 2
    let tries = 0
    const rivalled = {
      ...writer,
      async write(content: never, options: never) {
        tries++
        if (rivals-- > 0) {
          await writer.write({ ...(await writer.read())!.content, [`rival${rivals}`]: { enabled: true } }, WHO as never)
          throw new AndonError('conflict', 'a rival was quicker')
        }
        return writer.write(content, options)
      },
    }
    await changeDocument(rivalled, doc => ({ ...doc, mine: { enabled: true } }), WHO)
    expect(Object.keys((await writer.read())!.content).sort()).toEqual(['a', 'mine', 'rival0', 'rival1'])
    rivals = Number.POSITIVE_INFINITY
    tries = 0
    await expect(changeDocument(rivalled, doc => ({ ...doc, never: { enabled: true } }), WHO)).rejects.toMatchObject({
      code: 'conflict',
    })
    expect(tries).toBe(5)
  })

  test.each([
    [{ by: '' }, 'changeDocument by'],
    [{ reason: undefined }, 'changeDocument reason'],
    [{ kind: 'cords' }, "changeDocument kind: expected 'flags' or 'audiences'"],
  ])('%j is refused', async (bad, message) => {
    await expect(changeDocument(memoryWriter(), doc => doc, { ...WHO, ...(bad as object) })).rejects.toThrow(message)
  })

  test('an edit that throws, or gives no object, writes nothing', async () => {
    const writer = memoryWriter({ a: { enabled: true } })
    const broken = () => {
      throw new RangeError('my own')
    }
    await expect(changeDocument(writer, broken, WHO)).rejects.toThrow('my own')
    await expect(changeDocument(writer, () => [] as never, WHO)).rejects.toMatchObject({ code: 'invalid-option' })
    expect(writer.writes).toBe(0)
  })
})

describe('differences', () => {
  const json = fc.dictionary(fc.string({ maxLength: 3 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 5 })
  /** What the differences say, done. */
  const apply = (document: Record<string, unknown>, differences: ReturnType<typeof diffDocuments>) => {
    const next = structuredClone(document)
    for (const { path, kind, after } of differences) {
      const keys = path
        .split('/')
        .slice(1)
        .map(k => k.replaceAll('~1', '/').replaceAll('~0', '~'))
      let at = next as Record<string, unknown>
      for (const key of keys.slice(0, -1)) at = at[key] as Record<string, unknown>
      const last = keys.at(-1)!
      if (kind === 'removed') delete at[last]
      else Object.defineProperty(at, last, { value: after, enumerable: true, writable: true, configurable: true })
    }
    return next
  }

  test('there are none between equals, and doing them makes the one into the other', () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        const [before, after] = [JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b))]
        expect(diffDocuments(before, structuredClone(before))).toEqual([])
        expect(diffDocuments(apply(before, diffDocuments(before, after)), after)).toEqual([])
      }),
    )
  })
})
