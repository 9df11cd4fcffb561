import { expect, test } from 'vitest'
import { migrate, type Run } from '../../../src/parts/postgres/index.ts'
import { postgresForTests } from '../leases/postgres.ts'

const postgres = postgresForTests()
const steps = [
  'CREATE TABLE room (one text);',
  'ALTER TABLE room ADD COLUMN two text;',
  "INSERT INTO room VALUES ('a', 'b');",
]
const to = (version: number) => ({ room: 'room', lock: '77', steps: steps.slice(0, version) })

test('several at once make the tables once, and later bring them up to date once, with what is in them', async () => {
  const at = await postgres.database()
  const run: Run = async <T>(text: string) => (await postgres.run(at, text)) as T[]
  const all = (version: number) => Promise.all(Array.from({ length: 5 }, () => migrate(run, to(version))))
  await all(1)
  await postgres.run(at, "INSERT INTO room VALUES ('kept')")
  await all(1)
  await all(3)
  expect(await run('SELECT one, two FROM room ORDER BY one')).toEqual([
    { one: 'a', two: 'b' },
    { one: 'kept', two: null },
  ])
})

test('a step that fails leaves everything as it was', async () => {
  const at = await postgres.database()
  const run: Run = async <T>(text: string) => (await postgres.run(at, text)) as T[]
  await expect(migrate(run, { ...to(1), steps: [steps[0]!, 'SELECT nonsense;'] })).rejects.toThrow('nonsense')
  expect(await run("SELECT to_regclass('room') AS room, to_regclass('room_schema') AS version")).toEqual([
    { room: null, version: null },
  ])
  await migrate(run, to(2))
})

test('what a newer version made is refused', async () => {
  const at = await postgres.database()
  const run: Run = async <T>(text: string) => (await postgres.run(at, text)) as T[]
  await migrate(run, to(3))
  await expect(migrate(run, to(2))).rejects.toMatchObject({
    code: 'newer-schema',
    message: 'the tables of room have version 3, and this andon knows 2: use a newer andon',
  })
})
