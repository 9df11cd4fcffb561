import { readNamespace } from '../cloudwatch/namespace.ts'
import { functionOption, knownOptions, resolutionOption } from '../known-options.ts'
import { createOutbox, OUTBOX_OPTIONS, type OutboxOptions } from '../outbox.ts'
import type { Tally } from '../tally.ts'
import type { TelemetrySink } from '../telemetry-sink.ts'
import { EMF_SAMPLES, emfDocuments, VALUES_A_METRIC } from './emf-documents.ts'
import { standardOutput } from './standard-output.ts'

/** Options of `emfSink`. */
export interface EmfSinkOptions extends OutboxOptions {
  /** The namespace of every metric; `AWS/` is CloudWatch's own. */
  readonly namespace: string
  /**
   * Writes one line (without its end). May return a promise, which is waited for; when it throws or rejects, the line is
   * written again later. Default: to standard output.
   */
  readonly write?: (line: string) => unknown
}

const KNOWN = { ...OUTBOX_OPTIONS, namespace: true, write: true } as const
const TALLIES_A_BATCH = 1000

/**
 * Writes metrics as lines in CloudWatch's Embedded Metric Format, from which CloudWatch Logs makes metrics: what a
 * Lambda function or a container with the awslogs driver prints is enough, without a call, a permission or a wait.
 *
 * Lines are written every `flushMs`; a function that is frozen between calls flushes at the end of each. While standard
 * output is congested, points wait, `maxBuffered` of them. Lines are valid by the format's JSON schema: 100 metrics a
 * line, 100 values a metric, 30 dimensions, 256 KB. A metric whose name is that of one of its dimensions cannot be
 * written and is dropped with the reason `dimensions`.
 *
 * Throws `invalid-option`.
 */
export function emfSink(options: EmfSinkOptions): TelemetrySink {
  const { write = standardOutput } = knownOptions('emfSink', options, KNOWN)
  const resolutionS = resolutionOption('emfSink resolutionS', options.resolutionS)
  const namespace = readNamespace('emfSink namespace', options.namespace)
  functionOption('emfSink write', write)
  // The lines of a batch that was written in part: those that were written must not be written again.
  const unwritten = new WeakMap<readonly Tally[], string[]>()
  return createOutbox(
    {
      name: 'emfSink',
      limits: EMF_SAMPLES,
      valuesEach: VALUES_A_METRIC,
      take(tallies, mostValues) {
        let taken = 0
        let values = 0
        return tallies.take(tally => {
          values += tally.values.size
          return ++taken === 1 || (taken <= TALLIES_A_BATCH && values <= mostValues)
        })
      },
      async send(batch) {
        const lines = unwritten.get(batch) ?? emfDocuments(batch, namespace, resolutionS).reverse()
        unwritten.set(batch, lines)
        while (lines.length > 0) {
          await write(lines.at(-1)!)
          lines.pop()
        }
      },
      judge: () => 'soon',
      close() {},
    },
    options,
  )
}
