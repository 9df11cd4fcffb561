import { invalid } from '../../core/options.ts'
import type { FlagSource, SourceDocument, SourceSink } from '../source.ts'
import { contentDigest } from './content-version.ts'
import { guardedSink } from './guarded-sink.ts'

/** A source whose document the program itself holds. */
export interface StaticSource extends FlagSource {
  /**
   * Replaces the document and tells everybody who started this source before it returns; for tests that force values.
   * Throws `invalid-option`, and changes nothing, for an object that JSON cannot hold; a text is handed on as it is.
   */
  set(document: string | object): void
}

/**
 * A source that is given its document, as an object or as JSON text, in either form that documents have. It is told
 * within `start`, so flags are there at once. Takes a copy: changing the object later changes nothing. The version is a
 * digest of the content, so setting the same document again is no change. Throws `invalid-option`.
 */
export function staticSource(document: string | object): StaticSource {
  let current = read(document)
  const sinks = new Set<SourceSink>()
  return {
    name: 'static',
    start(given) {
      const stopping = new AbortController()
      const sink = guardedSink(given, stopping.signal)
      sinks.add(sink)
      sink.document(current)
      return {
        refresh: async () => sink.unchanged(),
        close: async () => {
          stopping.abort()
          sinks.delete(sink)
        },
      }
    },
    set(next) {
      current = read(next)
      for (const sink of [...sinks]) sink.document(current)
    },
  }
}

function read(document: unknown): SourceDocument {
  if (typeof document === 'string') return { content: document, version: contentDigest(document) }
  if (typeof document !== 'object' || document === null)
    throw invalid('staticSource document', 'an object or JSON text', document)
  try {
    // By way of the text, so that what flags are made of is what a file or a service would have delivered.
    const content = JSON.stringify(document)
    return { content: JSON.parse(content) as object, version: contentDigest(content) }
  } catch {
    throw invalid('staticSource document', 'an object that JSON can hold', document)
  }
}
