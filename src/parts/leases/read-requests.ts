import { invalid, literalOption, messageOf, numberOption, textOption, wholeOption } from '../../core/options.ts'
import type { HoldKey, NewResource, PlaceInLine, Settlement, TakeRequest } from './lease-store.ts'

/** A resource with its defaults, its value as JSON; undefined keeps what is there. */
export interface ReadResource {
  readonly id: string
  readonly kind: string
  readonly lane: string
  readonly value: string | undefined
  readonly state: 'free' | 'dirty'
}

/** What is to be taken, with its defaults: either `id`, or `kind` and `lane`. */
export interface ReadTake {
  readonly id: string | undefined
  readonly kind: string
  readonly lane: string
  readonly line: PlaceInLine | undefined
  readonly holder: string
  readonly ttlMs: number
  readonly from: 'free' | 'dirty' | 'quarantined'
}

export interface ReadSettlement {
  readonly to: 'free' | 'dirty' | 'quarantined'
  readonly failures: number | undefined
  readonly reason: string
  readonly restMs: number
  readonly value: string | undefined
}

/** No id may occur twice: which of the two should count? */
export function readResources(resources: readonly NewResource[]): ReadResource[] {
  const read = resources.map(readResource)
  const ids = new Set<string>()
  for (const { id } of read) {
    if (ids.has(id)) throw invalid('resource id', 'each one once', id)
    ids.add(id)
  }
  return read
}

const readResource = ({ id, kind, lane = 'default', value, state = 'free' }: NewResource): ReadResource => ({
  id: textOption('resource id', id),
  kind: textOption('resource kind', kind),
  lane: textOption('resource lane', lane),
  value: value === undefined ? undefined : jsonOption('resource value', value),
  state: literalOption('resource state', state, ['free', 'dirty']),
})

export function readTake(request: TakeRequest): ReadTake {
  const terms = {
    holder: textOption('holder', request.holder),
    ttlMs: ttlOption(request.ttlMs),
    from: literalOption('from', request.from ?? 'free', ['free', 'dirty', 'quarantined']),
  }
  if ('id' in request) return { ...terms, id: textOption('id', request.id), kind: '', lane: '', line: undefined }
  const { kind, lane, line } = request
  return {
    ...terms,
    id: undefined,
    kind: textOption('kind', kind),
    lane: textOption('lane', lane),
    line: line && {
      name: textOption('line name', line.name),
      forMs: Math.ceil(numberOption('line forMs', line.forMs, 1)),
    },
  }
}

export function readSettlement({ to, failures, reason = '', restMs = 0, value }: Settlement): ReadSettlement {
  return {
    to: literalOption('to', to, ['free', 'dirty', 'quarantined']),
    failures: failures === undefined ? undefined : wholeOption('failures', failures, 0),
    reason: String(reason),
    restMs: Math.ceil(numberOption('restMs', restMs, 0)),
    value: value === undefined ? undefined : jsonOption('value', value),
  }
}

export function readHoldKey({ id, token }: HoldKey): HoldKey {
  return { id: textOption('hold id', id), token: wholeOption('hold token', token, 0) }
}

/** Whole milliseconds, because stores keep whole ones. */
export const ttlOption = (ttlMs: unknown) => Math.ceil(numberOption('ttlMs', ttlMs, 1))

function jsonOption(field: string, value: unknown): string {
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch (error) {
    throw invalid(field, `plain JSON (${messageOf(error)})`, value)
  }
  if (text === undefined) throw invalid(field, 'plain JSON', value)
  return text
}
