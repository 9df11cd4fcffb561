import { beforeAll, expect, test } from 'vitest'
import { type ApiReports, apiReports, committedReports, REWRITE } from '../../scripts/api-reports.ts'
import { subpaths } from '../../scripts/subpaths.ts'
import { BUILD_MS, stagedPackage } from './tarball.ts'

// A change of the public surface is a change of a file under api/, which whoever reviews it sees.
const committed = committedReports('api')
const names = subpaths('.').map(s => s.name)
const hint = `if this change of the public surface is wanted, run "${REWRITE}" and commit api/`
let built: ApiReports
beforeAll(() => {
  built = apiReports(stagedPackage())
}, BUILD_MS)

test.each(names)('the public surface of %s is the committed one', name => {
  const file = `${name.replaceAll('/', '-')}.api.md`
  expect(built.get(file), `${name} has no report`).toContain('export ')
  expect(committed.get(file), `api/${file}: ${hint}`).toBe(built.get(file))
})

test('api/ has a file for each subpath, and no other', () => {
  expect([...committed.keys()].sort(), hint).toEqual([...built.keys()].sort())
})

test('no report names a place on this machine, a date, or a file of the build', () => {
  const noise = [process.cwd(), stagedPackage(), 'file://', '.d.ts', 'dist/', /\b20\d\d-\d\d-\d\d\b/]
  const found = [...built].flatMap(([file, text]) =>
    noise.filter(n => (typeof n === 'string' ? text.includes(n) : n.test(text))).map(n => `${file}: ${n}`),
  )
  expect(found).toEqual([])
})
