import { DeleteItemCommand, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { expect, onTestFinished, test } from 'vitest'
import { realClock } from '../../../src/core/index.ts'
import { createDynamoDbLedgerTable, dynamoDbLedger, type Ledger } from '../../../src/parts/ledger/index.ts'
import { bad } from '../../conformance/ledger.ts'
import { dynamoDbForTests, type Fate, proxy } from './dynamodb.ts'

const store = dynamoDbForTests()
const away = { name: 'AndonError', code: 'ledger-unreachable' }
const append = (ledger: Ledger, after: number, terms: object = {}) =>
  ledger.append({ stream: 's', after, events: [{ type: 'step', after } as { type: string }], ...terms })
const opened = (table: string, endpoint?: string, options: { timeoutMs?: number } = {}) => {
  const ledger = dynamoDbLedger({ table, client: store.client(endpoint), ...options })
  onTestFinished(() => ledger.close())
  return ledger
}
/** A ledger behind a server that does with each request what `fate` says, and one that is not. */
const behind = async (fate: (call: string, body: string) => Fate | Promise<Fate>, options?: { timeoutMs?: number }) => {
  const table = await store.table()
  const between = await proxy(store.endpoint(), fate)
  onTestFinished(between.close)
  return { table, ledger: opened(table, between.endpoint, options), other: opened(table) }
}
const sequences = async (ledger: Ledger, after = 0) => (await ledger.read('s', after)).entries.map(e => e.sequence)

test('an answer that is lost: the repeated write is refused by its own entry, and counts as what it is', async () => {
  let n = 0
  const { ledger, other } = await behind(call => (call === 'UpdateItem' && n++ % 2 === 0 ? 'lose the answer' : 'pass'))
  for (let after = 0; after < 6; after++)
    expect(await append(ledger, after)).toMatchObject({ ok: true, sequence: after + 1 })
  expect(n).toBeGreaterThan(6)
  expect(await sequences(other)).toEqual([1, 2, 3, 4, 5, 6])
})

test('an answer that is lost while others append: the own entry is found behind theirs', async () => {
  let losses = 0
  let theirs: Promise<void> | undefined
  const { ledger, other } = await behind(async call => {
    if (call === 'UpdateItem' && losses++ > 0) await theirs
    if (call !== 'UpdateItem' || theirs) return 'pass'
    // The answer to the first one gets lost; before it is repeated, somebody else goes on from it.
    const others = async () => {
      while ((await other.read('s', 0)).head === 0);
      await append(other, 1)
      await append(other, 2)
    }
    theirs = others()
    return 'lose the answer'
  })
  expect(await append(ledger, 0)).toMatchObject({ ok: true, sequence: 1 })
  await theirs
  expect(await sequences(ledger)).toEqual([1, 2, 3])
})

test('an answer that is lost while others append and trim: whether it was written is unknown, and told so', async () => {
  let losses = 0
  const { ledger, other } = await behind(async call => {
    if (call !== 'UpdateItem') return 'pass'
    if (losses++ === 0) return 'lose the answer'
    await append(other, 1)
    await append(other, 2)
    await other.trim('s', 2)
    return 'pass'
  })
  await expect(append(ledger, 0)).rejects.toMatchObject({ ...away, message: expect.stringContaining('cannot be told') })
  expect(await sequences(other, 2)).toEqual([3])
})

test('answers that never come: unknown in time; the entry is there once, and the ledger goes on', async () => {
  let lost = true
  const { ledger, other } = await behind(call => (call === 'UpdateItem' && lost ? 'lose the answer' : 'pass'), {
    timeoutMs: 1500,
  })
  await expect(append(ledger, 0)).rejects.toMatchObject(away)
  lost = false
  const { head } = await ledger.read('s', 0)
  expect(head).toBe(1)
  expect(await append(ledger, 1)).toMatchObject({ ok: true, sequence: 2 })
  expect(await sequences(other)).toEqual([1, 2])
})

test('a write that was never made is repeated, or unknown; never acknowledged', async () => {
  let cut = true
  const { ledger, other } = await behind(call => (call === 'UpdateItem' && cut ? 'cut' : 'pass'), { timeoutMs: 1500 })
  await expect(append(ledger, 0)).rejects.toMatchObject(away)
  expect((await other.read('s', 0)).head).toBe(0)
  expect(await other.streams()).toEqual([])
  cut = false
  expect(await append(ledger, 0)).toMatchObject({ ok: true, sequence: 1 })
})

test.each(['PutItem', 'UpdateItem'])(
  'a writer whose %s sleeps on the way while others append and trim gets a conflict, and nothing that was forgotten comes back',
  async which => {
    let asleep: Promise<void> | undefined
    const { ledger, other } = await behind(async (call): Promise<Fate> => {
      if (call === which) await asleep
      return 'pass'
    })
    for (let n = 0; n < 3; n++) expect(await append(ledger, n)).toMatchObject({ ok: true })
    const { promise, resolve } = Promise.withResolvers<void>()
    asleep = promise
    const late = append(ledger, 3)
    for (let n = 3; n < 9; n++) expect(await append(other, n)).toMatchObject({ ok: true })
    await other.trim('s', 7)
    resolve()
    expect(await late).toMatchObject({ ok: false, why: 'conflict', head: 9 })
    await expect(other.read('s', 2)).rejects.toMatchObject({
      code: 'ledger-trimmed',
      message: 'stream s: entries after 2 are gone, the first that is left is 8',
    })
    // The late writer may have put the entry that it saw back where entries stay; page by page it is gone all the same.
    const page = other.read('s', 2, { limit: 1 })
    await expect(page).rejects.toMatchObject({ code: 'ledger-trimmed' })
    expect(await sequences(other, 7)).toEqual([8, 9])
    expect(await append(other, 9)).toMatchObject({ ok: true, sequence: 10 })
  },
)

test('a table that is gone or never was is a ledger-error; a server that is away is unreachable', async () => {
  await expect(append(opened('nothing'), 0)).rejects.toMatchObject({ code: 'ledger-error' })
  await expect(append(opened('nothing', 'http://127.0.0.1:1'), 0)).rejects.toMatchObject(away)
})

test('without a Date in the answers nothing is appended: the time cannot be told', async () => {
  const table = await store.table()
  const inner = store.client()
  const client = {
    send: async (command: never, options?: { abortSignal?: AbortSignal }) => {
      const { middlewareStack } = command as { middlewareStack: { remove(name: string): void } }
      middlewareStack.remove('andonLedgerDate')
      return inner.send(command, options)
    },
  }
  const ledger = dynamoDbLedger({ table, client })
  await expect(append(ledger, 0)).rejects.toMatchObject({
    code: 'ledger-error',
    message: expect.stringContaining('Date'),
  })
  expect(await opened(table).streams()).toEqual([])
})

test('guards are judged on the safe side of what the time can be, and entries are never stamped ahead of it', async () => {
  const ledger = opened(await store.table())
  const earliest = (await ledger.read('s', 0)).now
  // The server runs on this machine's clock, so here the true time is known.
  expect(earliest).toBeLessThanOrEqual(realClock.now())
  for (let after = 0; after < 20; after++) {
    const answer = await append(ledger, after)
    expect((answer as { at: number }).at).toBeLessThanOrEqual(realClock.now())
  }
  // It may be as late as a second further on: too late to be sure.
  const { now } = await ledger.read('s', 20)
  expect(await append(ledger, 20, { before: now + 500 })).toMatchObject({ ok: false, why: 'late' })
  expect(await append(ledger, 20, { notBefore: now + 30_000 })).toMatchObject({ ok: false, why: 'early' })
})

test('an item that is lost from the middle, or makes no sense, is corrupt, by its number', async () => {
  const table = await store.table()
  const ledger = opened(table)
  for (let n = 0; n < 4; n++) await append(ledger, n)
  const Key = (n: number) => ({ pk: { S: 's/s' }, sk: { S: `e#${String(n).padStart(16, '0')}` } })
  const client = store.client()
  await client.send(new DeleteItemCommand({ TableName: table, Key: Key(2) }))
  const missing = { code: 'ledger-corrupt', message: 'stream s: entry 2 is missing' }
  await expect(ledger.read('s', 0)).rejects.toMatchObject(missing)
  await expect(ledger.read('s', 1)).rejects.toMatchObject(missing)
  await client.send(new PutItemCommand({ TableName: table, Item: Key(2) }))
  await expect(ledger.read('s', 0)).rejects.toMatchObject({ code: 'ledger-corrupt' })
})

test('what a trim forgets is gone from the table, pieces of large entries included', async () => {
  const table = await store.table()
  const ledger = opened(table)
  const events = [{ type: 'large', text: 'x'.repeat(800_000) }]
  for (let after = 0; after < 3; after++) await ledger.append({ stream: 's', after, events })
  const client = store.client()
  const at = (sk: string) =>
    client.send(new GetItemCommand({ TableName: table, Key: { pk: { S: 's/s' }, sk: { S: sk } } }))
  expect((await at('e#0000000000000002')).Item).toBeDefined()
  const writing = (await at('e#0000000000000002')).Item!.writing!.S
  const piece = `c#0000000000000002#${writing}#0000000000000001`
  expect((await at(piece)).Item).toBeDefined()
  await ledger.trim('s', 2)
  expect((await at('e#0000000000000002')).Item).toBeUndefined()
  expect((await at(piece)).Item).toBeUndefined()
  expect((await ledger.read('s', 2)).entries[0]!.events).toEqual(events)
})

test('the table is made once, also by several at a time, and one with other keys is refused', async () => {
  const client = store.client()
  const make = () => createDynamoDbLedgerTable({ table: 'made-once', client })
  await Promise.all([make(), make(), make()])
  await make()
  expect(await append(opened('made-once'), 0)).toMatchObject({ ok: true })
  const { CreateTableCommand } = await import('@aws-sdk/client-dynamodb')
  await client.send(
    new CreateTableCommand({
      TableName: 'other-keys',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    }),
  )
  await expect(createDynamoDbLedgerTable({ table: 'other-keys', client })).rejects.toMatchObject({
    code: 'ledger-error',
    message: expect.stringContaining('expected keys pk and sk'),
  })
})

test.each([
  ['table', {}],
  ['client', { table: 't', client: {} }],
  ['region', { table: 't', region: '' }],
  ['timeoutMs', { table: 't', timeoutMs: -1 }],
])('a bad %s is refused by name', (field, given) => {
  expect(() => dynamoDbLedger(given as never)).toThrow(expect.objectContaining(bad(field)))
})
