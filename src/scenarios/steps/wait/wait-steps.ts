import { sleep } from '../../../core/abort.ts'
import { seconds } from '../../../core/durations.ts'
import { numberOption, wholeOption } from '../../../core/options.ts'
import { defineSteps, type StepLibrary } from '../../support/define-steps.ts'

export interface WaitStepsOptions {
  /** No step waits longer, in milliseconds. Default 5 minutes. */
  readonly longestMs?: number
}

/**
 * Steps that wait. Steps that look until something is so stand with what they look at (`within … seconds …` of the HTTP and
 * S3 libraries); these are for the rest. Throws `invalid-option`.
 */
export function waitSteps(options: WaitStepsOptions = {}): StepLibrary {
  const longestMs = numberOption('waitSteps longestMs', options.longestMs ?? 300_000, 1)
  return defineSteps('wait', ({ when }) => {
    when(
      'I wait {int} second(s)',
      async ({ clock, signal }, time) =>
        sleep(clock, seconds(wholeOption('seconds', time, 0, longestMs / 1000)), signal),
      {
        doc: 'Waits, whatever happens meanwhile. Prefer a step that begins with "within": it ends as soon as it can.',
        timeoutMs: longestMs + 1000,
      },
    )
    when(
      'I wait {int} ms',
      async ({ clock, signal }, time) => sleep(clock, wholeOption('ms', time, 0, longestMs), signal),
      {
        doc: 'The same in milliseconds. Prefer a step that begins with "within".',
        timeoutMs: longestMs + 1000,
      },
    )
  })
}
