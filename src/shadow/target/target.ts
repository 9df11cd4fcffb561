import type { Clock } from '../../core/clock.ts'
import type { AndonError } from '../../core/errors.ts'
import type { Answer } from '../answer.ts'
import { type CopyHeaderOptions, copyHeaders } from '../select/copy-headers.ts'
import { copyClient } from '../send/copy-client.ts'
import type { WireAnswer } from '../send/response-reader.ts'
import { type Circuit, type CircuitOptions, circuit } from './circuit.ts'

/** A request to be copied. */
export interface Copy {
  readonly method: string
  readonly path: string
  readonly rawHeaders: readonly string[]
  readonly body: Uint8Array | undefined
  /** Headers of the copy alone: its mark, say. */
  readonly more: readonly (readonly [string, string])[]
  readonly maxAnswerBytes: number
  readonly mayKeep: (bytes: number) => boolean
}

/** Somewhere where copies go. */
export interface Target {
  /** Whether a copy would be refused now. */
  readonly isOpen: boolean
  /** Sends a copy; `done` is told once, and later, with the answer or why there is none. A 500 is an answer. */
  send(copy: Copy, done: (answer: Answer | undefined, error: unknown) => void): void
  close(): void
}

export interface TargetOptions {
  readonly origin: URL
  readonly headers: CopyHeaderOptions
  readonly timeoutMs: number
  readonly breaker: CircuitOptions
  readonly clock: Clock
}

/** A candidate, or a secondary, with a client and a circuit of its own. */
export function target({ origin, headers, timeoutMs, breaker, clock }: TargetOptions): Target {
  const client = copyClient({ origin, clock, timeoutMs })
  const headersOf = copyHeaders(origin, headers)
  const guard: Circuit = circuit(breaker)
  const base = origin.pathname === '/' ? '' : origin.pathname.replace(/\/$/, '')
  return {
    get isOpen() {
      return guard.isOpen
    },
    send({ method, path, rawHeaders, body, more, maxAnswerBytes, mayKeep }, done) {
      const startedAt = clock.monotonic()
      const request = { method, path: base + path, headers: headersOf(rawHeaders, more), body, maxAnswerBytes, mayKeep }
      const work = () =>
        new Promise<WireAnswer>((resolve, reject: (error: AndonError) => void) =>
          client.send(request, outcome => ('answer' in outcome ? resolve(outcome.answer) : reject(outcome.error))),
        )
      guard.run(work).then(
        answer => done({ ...answer, latencyMs: clock.monotonic() - startedAt }, undefined),
        (error: unknown) => done(undefined, error),
      )
    },
    close() {
      client.close()
      guard.close()
    },
  }
}
