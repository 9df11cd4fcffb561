import { invalid, literalOption, numberOption, textOption, wholeOption } from '../../core/options.ts'
import type { NewResource } from '../../parts/leases/index.ts'
import type { KindOptions } from './pool-options.ts'
import { LANES, type Lane } from './resource-pool.ts'

/** One kind with its defaults. */
export interface Kind {
  readonly kind: string
  readonly resources: readonly NewResource[]
  readonly lanes: ReadonlySet<string>
  readonly create: KindOptions['create'] | undefined
  readonly clean: KindOptions['clean'] | undefined
  readonly check: KindOptions['check'] | undefined
  readonly cleanMs: number
  readonly checkMs: number
}

/** Every kind by its name. Throws `invalid-option`. */
export function readKinds(kinds: object): ReadonlyMap<string, Kind> {
  if (typeof kinds !== 'object' || kinds === null || Object.keys(kinds).length === 0)
    throw invalid('kinds', 'an object with at least one kind', kinds)
  return new Map(Object.entries(kinds).map(([kind, options]) => [kind, readKind(kind, options as KindOptions)]))
}

function readKind(kind: string, options: KindOptions): Kind {
  const field = (name: string) => `kinds.${kind}.${name}`
  const callback = <K extends 'create' | 'clean' | 'check'>(name: K): KindOptions[K] => {
    const value = options[name]
    if (value !== undefined && typeof value !== 'function') throw invalid(field(name), 'a function', value)
    return value
  }
  if ((options.resources === undefined) === (options.create === undefined))
    throw invalid(`kinds.${kind}`, 'either resources, or create with lanes', options)
  const resources = options.resources ? given(kind, options.resources) : slots(kind, options.lanes ?? {})
  if (resources.length === 0) throw invalid(`kinds.${kind}`, 'at least one resource', options)
  return {
    kind: textOption('kind', kind),
    resources,
    lanes: new Set(resources.map(r => r.lane!)),
    create: callback('create'),
    clean: callback('clean'),
    check: callback('check'),
    cleanMs: numberOption(field('cleanMs'), options.cleanMs ?? 60_000, 1),
    checkMs: numberOption(field('checkMs'), options.checkMs ?? 10_000, 1),
  }
}

function given(kind: string, resources: NonNullable<KindOptions['resources']>): NewResource[] {
  if (!Array.isArray(resources)) throw invalid(`kinds.${kind}.resources`, 'an array', resources)
  const names = new Set<string>()
  return resources.map(({ name, value, lane = 'on-demand' }, i) => {
    const field = `kinds.${kind}.resources[${i}]`
    if (names.has(textOption(`${field}.name`, name))) throw invalid(`${field}.name`, 'each name once', name)
    names.add(name)
    literalOption(`${field}.lane`, lane, LANES)
    return { id: idOf(kind, name), kind, lane, ...(value !== undefined && { value }) }
  })
}

/** Places for what is still to be created: dirty, so that one process at a time gets to create it. */
function slots(kind: string, lanes: Readonly<Partial<Record<Lane, number>>>): NewResource[] {
  for (const lane of Object.keys(lanes)) literalOption(`kinds.${kind}.lanes`, lane, LANES)
  return LANES.flatMap(lane =>
    Array.from({ length: wholeOption(`kinds.${kind}.lanes.${lane}`, lanes[lane] ?? 0, 0) }, (_, i) => ({
      id: idOf(kind, `${lane}-${i + 1}`),
      kind,
      lane,
      state: 'dirty' as const,
    })),
  )
}

const idOf = (kind: string, name: string) => `${kind}/${name}`

/** The name within the kind. */
export const nameOf = (kind: string, id: string) => id.slice(kind.length + 1)
