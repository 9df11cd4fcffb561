import { describe, expect, test } from 'vitest'
import type { CompareOptions } from '../../../src/shadow/compare/compare-options.ts'
import { answer, compare, told } from './support.ts'

const type = { 'content-type': 'application/xml' }
const found = (a: string, b: string, options: CompareOptions = {}) => compare(answer(a, type), answer(b, type), options)
const diff = async (a: string, b: string, options: CompareOptions = {}) => {
  const { by, differences } = await found(a, b, options)
  expect(by).toBe('xml')
  return told(differences)
}

const order = `<order id="1"><name>Ada</name><item id="a"><price>1.0</price></item><item id="b"><price>2</price></item></order>`

describe('XML that is the same', () => {
  test.each([
    ['white space between elements', '<a><b>x</b><c/></a>', '<a>\n  <b>x</b>\n  <c></c>\n</a>'],
    ['the order of attributes, quotes and references', '<a x="1" y="&amp;"/>', "<a y='&#38;' x='1'></a>"],
    ['comments, instructions, the declaration', '<?xml version="1.0"?><a><!-- x --><b/></a>', '<a><b/><?p q?></a>'],
    ['CDATA', '<a><![CDATA[<x>]]></a>', '<a>&lt;x&gt;</a>'],
  ])('but for %s', async (_, a, b) => {
    expect(await diff(a, b)).toEqual([])
  })
})

describe('XML that differs', () => {
  test.each([
    ['text', order.replace('Ada', 'Bob'), ['changed /order/name: "Ada" / "Bob"']],
    ['an attribute', order.replace('id="b"', 'id="c"'), ['changed /order/item[2]/@id: "b" / "c"']],
    ['an attribute less', order.replace(' id="b"', ''), ['missing /order/item[2]/@id: "b" / -']],
    ['text within one of many', order.replace('>2<', '>3<'), ['changed /order/item[2]/price: "2" / "3"']],
    ['an element more', order.replace('<name>', '<note/><name>'), ['extra /order/note: - / [{}]']],
    ['one more of many', order.replace('<item id="a">', '<item/><item id="a">'), ['extra /order/item[1]: - / {}']],
    ['another root', '<bill/>', ['missing /order:', 'extra /bill: - / [{}]']],
  ])('%s', async (_, other, lines) => {
    const differences = await diff(order, other)
    expect(differences).toHaveLength(lines.length)
    for (const [i, line] of lines.entries()) expect(differences[i]).toContain(line)
  })

  test('fields have no indexes', async () => {
    const { differences } = await found(order, order.replace('>2<', '>3<'))
    expect(differences[0]).toMatchObject({ path: '/order/item[2]/price', field: '/order/item/price' })
  })

  test('elements of other names in another order', async () => {
    const [a, b] = ['<a><b/><c/><d/></a>', '<a><b/><d/><c/></a>']
    expect(await diff(a, b)).toEqual(['changed /a: "c, d" / "d, c"'])
    expect(await diff(a, b, { ignore: ['/a/c'] })).toEqual([])
    expect(await diff(a, b, { unordered: ['/a/c'] })).toEqual([])
  })

  test('text between elements', async () => {
    expect(await diff('<p>one <b>two</b> three</p>', '<p>one <b>two</b> four</p>')).toEqual([
      'changed /p[2]: " three" / " four"',
    ])
    expect(await diff('<p>one <b>two</b></p>', '<p><b>two</b>one </p>')).toEqual([
      'changed /p: "#text, b" / "b, #text"',
    ])
  })

  test('names that every object answers to', async () => {
    expect(await diff('<a><__proto__>1</__proto__></a>', '<a><__proto__>2</__proto__></a>')).toEqual([
      'changed /a/__proto__: "1" / "2"',
    ])
    expect(await diff('<a><toString/></a>', '<a/>')).toEqual(['missing /a/toString: [{}] / -'])
  })
})

describe('rules for XML', () => {
  const other = order
    .replace('id="1"', 'id="2"')
    .replace('Ada', 'Bob')
    .replace('1.0', '1.01')
    .replace('>2<', '>2.01<')
    .replace('id="b"', 'id="c"')
  const paths = async (options: CompareOptions) => (await found(order, other, options)).differences.map(d => d.path)

  test.each<[string, string[]]>([
    ['/order/@id', ['/order/name', '/order/item[1]/price', '/order/item[2]/@id', '/order/item[2]/price']],
    ['//@id', ['/order/name', '/order/item[1]/price', '/order/item[2]/price']],
    ['/order/item/price', ['/order/@id', '/order/name', '/order/item[2]/@id']],
    ['/order/item[*]/price', ['/order/@id', '/order/name', '/order/item[2]/@id']],
    ['/order/item[2]/price', ['/order/@id', '/order/name', '/order/item[1]/price', '/order/item[2]/@id']],
    ['/order/item', ['/order/@id', '/order/name']],
    ['/order/item[2]', ['/order/@id', '/order/name', '/order/item[1]/price']],
    ['//price', ['/order/@id', '/order/name', '/order/item[2]/@id']],
    ['/order/*', ['/order/@id']],
    ['/order/name/text()', ['/order/@id', '/order/item[1]/price', '/order/item[2]/@id', '/order/item[2]/price']],
    ['//@*', ['/order/name', '/order/item[1]/price', '/order/item[2]/price']],
    ['/order', []],
  ])('ignoring %s', async (glob, left) => {
    expect((await paths({ ignore: [glob] })).sort()).toEqual([...left].sort())
  })

  test('numbers within a tolerance', async () => {
    const left = ['/order/@id', '/order/item[2]/@id', '/order/name']
    expect((await paths({ tolerance: { '/order/item/price': 0.02 } })).sort()).toEqual(left)
    expect((await paths({ tolerance: 0.02 })).sort()).toEqual(left)
    expect(await paths({ tolerance: { '/order/@id': 1 } })).not.toContain('/order/@id')
  })

  test('keyed by an attribute or by an element', async () => {
    const [a, b] = [
      '<l><i k="1"><n>x</n><v>1</v></i><i k="2"><n>y</n><v>2</v></i></l>',
      '<l><i k="2"><n>y</n><v>3</v></i><i k="1"><n>x</n><v>1</v></i></l>',
    ]
    expect(await diff(a, b, { keyed: { '/l/i': '@k' } })).toEqual(['changed /l/i[@k=2]/v: "2" / "3"'])
    expect(await diff(a, b, { keyed: { '//i': 'n' } })).toEqual(['changed /l/i[n=y]/v: "2" / "3"'])
  })

  test('unordered, with shapes, with extra fields that are fine', async () => {
    const [a, b] = ['<l><i>1</i><i>2</i></l>', '<l><i>2</i><i>1</i></l>']
    expect(await diff(a, b, { unordered: ['/l/i'] })).toEqual([])
    expect(await diff('<a at="2026-01-02"/>', '<a at="2026-01-03"/>', { normalise: ['iso-date'] })).toEqual([])
    expect(await diff('<a><b/></a>', '<a x="1"><c/><b/></a>', { extraFields: 'fine' })).toEqual([])
  })
})

describe('what is called XML', () => {
  test('and is none on one side, or on both', async () => {
    expect(await diff('<a/>', '<a>')).toEqual(['type body: XML / not XML'])
    expect(await found('<a>&nbsp;</a>', '<a>&nbsp;&nbsp;</a>')).toMatchObject({ by: 'text', equal: false })
  })

  test('with entities of its own is none: they are not expanded', async () => {
    const lol = '<!DOCTYPE a [<!ENTITY x "lol"><!ENTITY y "&x;&x;&x;">]><a>&y;</a>'
    expect(await diff('<a/>', lol)).toEqual(['type body: XML / not XML'])
  })

  test.each(['text/xml', 'application/atom+xml', 'image/svg+xml'])('%s', async name => {
    const [a, b] = ['<a/>', '<a></a>'].map(text => answer(text, { 'content-type': name }))
    expect(await compare(a!, b!)).toMatchObject({ equal: true, by: 'xml' })
  })
})
