import fc, { type JsonValue } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { diffJson } from '../../../src/shadow/compare/diff-json.ts'
import { readOptions } from '../../../src/shadow/compare/read-options.ts'
import { clone } from './support.ts'

const rules = readOptions({ maxDifferences: 10_000 })
const json = fc.jsonValue({ maxDepth: 4, noUnicodeString: false }) as fc.Arbitrary<JsonValue>
/** Values that are often alike, so that lists have something to align. */
const alike = fc
  .letrec<{ value: JsonValue }>(tie => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom<JsonValue>(0, 1, 'a', null),
      fc.array(tie('value'), { maxLength: 6 }),
      fc.dictionary(fc.constantFrom('a', 'b', '__proto__', 'toString'), tie('value'), { maxKeys: 4 }),
    ),
  }))
  .value.map(clone)

const swapped = { missing: 'extra', extra: 'missing', changed: 'changed', type: 'type' } as const

describe('any two JSON values', () => {
  test('a value and its copy are the same', () => {
    fc.assert(
      fc.property(fc.oneof(json, alike), value => {
        expect(diffJson(value, clone(value), rules)).toEqual({ differences: [], complete: true })
      }),
    )
  })

  test('are the same exactly when their canonical texts are', () => {
    fc.assert(
      fc.property(alike, alike, (a, b) => {
        const { differences, complete } = diffJson(a, b, rules)
        expect(complete).toBe(true)
        expect(differences.length === 0).toBe(canonical(a) === canonical(b))
      }),
      { numRuns: 1000 },
    )
  })

  test('differ the other way round with missing for extra', () => {
    fc.assert(
      fc.property(alike, alike, (a, b) => {
        const lines = (x: JsonValue, y: JsonValue, kind: (k: keyof typeof swapped) => string) =>
          diffJson(x, y, rules)
            .differences.map(d => `${kind(d.kind)} ${d.field}`)
            .sort()
        expect(lines(b, a, k => swapped[k])).toEqual(lines(a, b, k => k))
      }),
      { numRuns: 1000 },
    )
  })

  test('have no more differences than when lists are compared index by index', () => {
    fc.assert(
      fc.property(fc.array(alike), fc.array(alike), (a, b) => {
        // At the root alone: what is best for a list may cost more within its items.
        const flat = (list: JsonValue[]) => list.map(canonical)
        const naive = Math.max(a.length, b.length) - flat(a).filter((item, i) => item === flat(b)[i]).length
        expect(diffJson(flat(a), flat(b), rules).differences.length).toBeLessThanOrEqual(naive)
      }),
    )
  })
})

describe('with any budget', () => {
  test.each([{}, { unordered: ['$', '$..*'] }, { keyed: { $: 'a', '$..*': 'a' } }, { extraFields: 'fine' as const }])(
    'a comparison that is complete is the one without a budget: %j',
    options => {
      const free = readOptions({ ...options, maxDifferences: 10_000 })
      fc.assert(
        fc.property(fc.array(alike), fc.array(alike), fc.integer({ min: 1, max: 80 }), (a, b, maxNodes) => {
          const found = diffJson(a, b, readOptions({ ...options, maxDifferences: 10_000, maxNodes }))
          if (found.complete) expect(found).toEqual(diffJson(a, b, free))
          else expect(found.why).toBe(`the bodies have more than ${maxNodes} values to look at (maxNodes)`)
        }),
        { numRuns: 2000 },
      )
    },
  )
})

describe('a value of which one leaf is changed', () => {
  const changed = json.chain(value => {
    const paths = leaves(value)
    return fc.record({ value: fc.constant(value), path: fc.constantFrom(...paths) })
  })

  test('differs at that leaf and nowhere else', () => {
    fc.assert(
      fc.property(changed, ({ value, path }) => {
        const other = withLeaf(value, path, 'a new text')
        const { differences } = diffJson(value, other, rules)
        expect(differences).toHaveLength(1)
        expect(differences[0]).toMatchObject({ path: written(path), candidate: '"a new text"' })
      }),
      { numRuns: 1000 },
    )
  })
})

describe('lists in another order', () => {
  const items = fc.uniqueArray(fc.record({ id: fc.oneof(fc.nat(), fc.string()), value: alike }), {
    selector: item => String(item.id),
    maxLength: 20,
  })
  const shuffled = <T>(list: T[]) =>
    fc.shuffledSubarray(list, { minLength: list.length }).map(other => ({ list, other: clone(other) }))

  test('are the same when they are keyed', () => {
    const keyed = readOptions({ keyed: { '$.items': 'id' } })
    fc.assert(
      fc.property(items.chain(shuffled), ({ list, other }) => {
        expect(diffJson({ items: list }, { items: other }, keyed).differences).toEqual([])
      }),
    )
  })

  test('have exactly the difference of the one item that is changed, when they are keyed', () => {
    const keyed = readOptions({ keyed: { $: 'id' } })
    fc.assert(
      fc.property(items.filter(list => list.length > 0).chain(shuffled), fc.nat(), ({ list, other }, n) => {
        const item = other[n % other.length]!
        item.value = 'a new text'
        const { differences } = diffJson(list, other, keyed)
        expect(differences.map(d => d.field)).toEqual(['$[*].value'])
      }),
    )
  })

  test('are the same when they are unordered', () => {
    const unordered = readOptions({ unordered: ['$', '$[*].value'] })
    fc.assert(
      fc.property(fc.array(alike, { maxLength: 30 }).chain(shuffled), ({ list, other }) => {
        expect(diffJson(list, other, unordered).differences).toEqual([])
      }),
    )
  })

  test('are the same as multisets when and only when they are, when they are unordered', () => {
    const unordered = readOptions({ unordered: ['$'] })
    const list = fc.array(alike, { maxLength: 6 })
    fc.assert(
      fc.property(list, list, (a, b) => {
        const bag = (values: JsonValue[]) => values.map(canonical).sort().join()
        expect(diffJson(a, b, unordered).differences.length === 0).toBe(bag(a) === bag(b))
      }),
      { numRuns: 1000 },
    )
  })
})

type Path = readonly (string | number)[]

/** Paths of all values that are no lists and no objects, or empty ones. */
function leaves(value: JsonValue, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  const found = Array.isArray(value)
    ? value.flatMap((item, i) => leaves(item, [...path, i]))
    : Object.keys(value).flatMap(key => leaves((value as Record<string, JsonValue>)[key]!, [...path, key]))
  return found.length > 0 ? found : [path]
}

function withLeaf(value: JsonValue, path: Path, leaf: JsonValue): JsonValue {
  if (path.length === 0) return leaf
  const copy = clone(value) as Record<string | number, JsonValue>
  let at = copy
  for (const step of path.slice(0, -1)) at = at[step] as Record<string | number, JsonValue>
  Object.defineProperty(at, path.at(-1)!, { value: leaf, enumerable: true, writable: true, configurable: true })
  return copy
}

/** As the documentation says that places are written. */
function written(path: Path): string {
  let text = '$'
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else if (/^[A-Za-z_$][\w$-]*$/.test(step)) text += `.${step}`
    else text += `['${step.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}']`
  }
  return text
}

function canonical(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  const fields = Object.entries(value as Record<string, JsonValue>).sort(([x], [y]) => (x < y ? -1 : 1))
  return `{${fields.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join()}}`
}
