import type { AndonError } from '../core/errors.ts'

/** One version of a document as a source got it, unparsed. */
export interface SourceDocument {
  /** The document's text; or the object itself, from sources that have it in memory. */
  readonly content: string | object
  /** Names this content: the source's own version label, or a digest. */
  readonly version: string
}

/** Where a source tells what it found. Calls may come at any time after `start`, never after `close` resolved. */
export interface SourceSink {
  /** New content. Telling the same content again is allowed; the client compares versions. */
  document(document: SourceDocument): void
  /** The source was asked, answered, and has nothing newer: what is known is fresh again. */
  unchanged(): void
  /** The source could not be asked, or answered with an error. It goes on by itself. */
  failed(error: AndonError): void
}

/** A source at work. */
export interface SourceHandle {
  /** Looks now instead of at the next turn; single-flight: joins a look that is under way. Never rejects. */
  refresh(): Promise<void>
  /** Stops; resolves when nothing is under way any more. Its timers never keep the process alive. */
  close(): Promise<void>
}

/** Where flag documents come from. One source may be started more than once, each time by itself. */
export interface FlagSource {
  readonly name: string
  start(sink: SourceSink): SourceHandle
}
