import type { Clock } from '../../core/clock.ts'
import type { Answer } from '../answer.ts'
import { type CopyHeaderOptions, copyHeaders } from '../select/copy-headers.ts'
import { copyClient } from '../send/copy-client.ts'
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
  /** An answer of so many bytes is another one than the primary's, and is not read any further; undefined: nobody knows yet. */
  readonly surelyLonger: number | undefined
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

/**
 * An answer that had to be cut off. It is compared like any other, but counts as a failure of the target: one that
 * answers without end costs as much as one that does not answer.
 */
class Overlong extends Error {
  readonly answer: Answer
  constructor(answer: Answer) {
    super('the answer had to be cut off')
    this.answer = answer
  }
}

/** A candidate, or a secondary, with a client and a circuit of its own. */
export function target({ origin, headers, timeoutMs, breaker, clock }: TargetOptions): Target {
  const client = copyClient({ origin, clock, timeoutMs })
  const headersOf = copyHeaders(origin, headers)
  const guard: Circuit = circuit(breaker)
  return {
    get isOpen() {
      return guard.isOpen
    },
    send({ method, path, rawHeaders, body, more, maxAnswerBytes: most, surelyLonger = most, mayKeep }, done) {
      const maxAnswerBytes = Math.min(most, surelyLonger)
      const request = { method, path, headers: headersOf(rawHeaders, more), body, maxAnswerBytes, mayKeep }
      const work = () =>
        new Promise<Answer>((resolve, reject: (error: Error) => void) =>
          client.send(request, outcome => {
            if ('error' in outcome) return reject(outcome.error)
            const answer = { ...outcome.answer, latencyMs: outcome.latencyMs }
            if (answer.truncated && surelyLonger < most) reject(new Overlong(answer))
            else resolve(answer)
          }),
        )
      guard.run(work).then(
        answer => done(answer, undefined),
        (error: unknown) => (error instanceof Overlong ? done(error.answer, undefined) : done(undefined, error)),
      )
    },
    close() {
      client.close()
      guard.close()
    },
  }
}
