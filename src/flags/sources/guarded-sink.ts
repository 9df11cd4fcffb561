import type { SourceSink } from '../source.ts'

/**
 * The same sink, made safe for a source: what it throws is dropped (a sink is somebody else's code, and a source goes
 * on whatever happens to it), and nothing is told once `signal` is aborted.
 */
export function guardedSink(sink: SourceSink, signal: AbortSignal): SourceSink {
  const guarded =
    <Args extends unknown[]>(tell: (...args: Args) => void) =>
    (...args: Args) => {
      if (signal.aborted) return
      try {
        tell(...args)
      } catch {
        // Whoever listens reports its own errors; a source has nobody to report them to.
      }
    }
  return {
    document: guarded(document => sink.document(document)),
    unchanged: guarded(() => sink.unchanged()),
    failed: guarded(error => sink.failed(error)),
  }
}
