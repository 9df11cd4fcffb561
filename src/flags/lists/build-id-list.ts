import { describe, invalid } from '../../core/options.ts'
import { type BuildIdListOptions, type CheckedOptions, checkOptions, type IdListOptions } from './build-options.ts'
import { type IdList, LONGEST_ID } from './id-list.ts'
import { type Slices, slices } from './slices.ts'
import type { StagedIds } from './staged-ids.ts'
import { textReader } from './text-reader.ts'

/** A list's text in one of its formats, or its ids one by one. */
export type IdSource = string | Iterable<string> | AsyncIterable<string>

/** Characters of a text between two looks at the clock: less than a millisecond's work. */
const WINDOW = 16_384
/** The same for ids one by one. */
const BATCH = 256
/** And for ids that are awaited one by one, which costs more each. */
const AWAITED_BATCH = 64

/**
 * Builds a list in slices of `sliceMs`, so that a process goes on serving while it makes one of millions of ids. A
 * string is read as a text (see `ListFormat`); anything else iterable gives ids, which may be any strings.
 * Rejects with `list-malformed` (line and column), `invalid-option` (which id is no string of at most 512 characters),
 * `list-too-large`, the signal's reason, or with what the iterable throws. There is never half a list.
 */
export async function buildIdList(source: IdSource, options: BuildIdListOptions = {}): Promise<IdList> {
  const checked = checkOptions('buildIdList', options)
  const { clock, sliceMs, signal } = checked
  signal?.throwIfAborted()
  const work = build(source, checked, slices(clock, sliceMs, signal))
  if (!signal) return work
  // Whoever aborts does not wait for an iterable that has come to a stand; the work ends by itself with its next ids.
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

/** The same in one go, for small lists: the process does nothing else meanwhile (a million ids: a few hundred milliseconds). */
export function buildIdListSync(source: string | Iterable<string>, options: IdListOptions = {}): IdList {
  const { name, format, stage } = checkOptions('buildIdListSync', options)
  const staged = stage()
  if (typeof source === 'string') {
    const reader = textReader(name, staged, format)
    reader.read(source, 0, source.length)
    reader.end()
  } else {
    if (!isIterable(source)) throw invalid(`${name} ids`, 'a text or an iterable of strings', source)
    let index = 0
    for (const id of source) addId(staged, name, id, index++)
  }
  const steps = staged.finish()
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

async function build(source: IdSource, { name, format, stage }: CheckedOptions, work: Slices): Promise<IdList> {
  const staged = stage()
  if (typeof source === 'string') {
    const reader = textReader(name, staged, format)
    for (let from = 0; from < source.length; from += WINDOW) {
      reader.read(source, from, Math.min(from + WINDOW, source.length))
      if (work.over()) await work.rest()
    }
    reader.end()
  } else if (isIterable(source)) {
    let index = 0
    for (const id of source) {
      addId(staged, name, id, index++)
      if (index % BATCH === 0 && work.over()) await work.rest()
    }
  } else if (typeof (source as AsyncIterable<string> | null)?.[Symbol.asyncIterator] === 'function') {
    let index = 0
    for await (const id of source) {
      addId(staged, name, id, index++)
      // Ids that are at hand come without letting the event loop go on, so this counts here too.
      if (index % AWAITED_BATCH === 0 && work.over()) await work.rest()
    }
  } else throw invalid(`${name} ids`, 'a text or an iterable of strings', source)
  return work.run(staged.finish())
}

const isIterable = (value: unknown): value is Iterable<string> =>
  typeof (value as Iterable<string> | null)?.[Symbol.iterator] === 'function'

function addId(staged: StagedIds, name: string, id: unknown, index: number): void {
  if (typeof id !== 'string') throw invalid(`${name} ids[${index}]`, 'a string', id)
  if (id.length > LONGEST_ID) {
    throw invalid(
      `${name} ids[${index}]`,
      `at most ${LONGEST_ID} characters`,
      `${describe(id)}, ${id.length} characters`,
    )
  }
  staged.add(id, 0, id.length)
}
