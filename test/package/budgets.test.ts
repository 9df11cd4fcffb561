import { beforeAll, describe, expect, test } from 'vitest'
import { subpaths } from '../../scripts/subpaths.ts'
import { BUDGETS, ONE_FUNCTION } from './budgets.ts'
import { bundle } from './bundle.ts'
import { importCost } from './import-cost.ts'
import { BUILD_MS, userFolder } from './tarball.ts'

// What makes an import slow and a bundle big, and can be counted: files, bytes, Node's own modules.
const names = subpaths('.').map(s => s.name)
let folder: string
beforeAll(() => {
  folder = userFolder()
}, BUILD_MS)

test('every subpath has a budget, and every budget a subpath', () =>
  expect(Object.keys(BUDGETS).sort()).toEqual([...names].sort()))

describe.each(Object.entries(BUDGETS))('%s', (name, budget) => {
  test('loads no more files, bytes and modules of Node than it may', () => {
    const cost = importCost(name, folder, process.cwd())
    expect(cost.modules).toBeGreaterThan(0)
    expect(cost.modules).toBeLessThanOrEqual(budget.modules)
    expect(cost.bytes).toBeLessThanOrEqual(budget.bytes)
    expect(cost.builtins.filter(b => !budget.builtins.includes(b))).toEqual([])
  })

  test(`bundles ${budget.names.join(', ')} in no more bytes than it may`, async () => {
    const { bytes, files } = await bundle(`export { ${budget.names.join(', ')} } from '${name}'`, folder)
    expect(files.length).toBeGreaterThan(0)
    expect(bytes).toBeLessThanOrEqual(budget.bundle)
  })
})

describe('tree-shaking', () => {
  test('one small function is a small bundle, and far from all of the subpath', async () => {
    const one = await bundle("export { verdict } from 'andon'", folder)
    const all = await bundle("export * from 'andon'", folder)
    expect(one.bytes).toBeLessThanOrEqual(ONE_FUNCTION)
    expect(all.bytes).toBeGreaterThan(5 * one.bytes)
  })

  test('an import of which nothing is used leaves nothing', async () => {
    for (const name of names) expect((await bundle(`import '${name}'`, folder)).bytes, name).toBe(0)
  })

  test.each(names.filter(n => !BUDGETS[n]?.re2js))('%s brings no re2js, whatever is used of it', async name => {
    const { bytes, files } = await bundle(`export * from '${name}'`, folder)
    expect(bytes).toBeGreaterThan(0)
    expect(files.filter(f => f.includes('re2js'))).toEqual([])
  })

  test('re2js comes with the client of flags, and not with lists alone', async () => {
    const client = await bundle("export { createFlagClient } from 'andon/flags'", folder)
    expect(client.files.some(f => f.includes('re2js'))).toBe(true)
    const lists = await bundle("export { buildIdList } from 'andon/flags'", folder)
    expect(lists.files.filter(f => f.includes('re2js'))).toEqual([])
  })
})
