import type { Envelope, TestRunFinished } from '@cucumber/messages'

const GOOD = new Set(['PASSED', 'SKIPPED'])

/** What fails in a run beside its scenarios. */
export interface FailuresBeside {
  /** The message, after messages of a failed hook for each failure that it tells and that reports leave out. */
  with(envelope: Envelope): readonly Envelope[]
  /** How many there were: hooks of the run that failed, features that could not be read, a run that was broken off. */
  count(): number
}

/** Tells what fails beside scenarios as failed hooks, which reports know. */
export function failuresBeside(): FailuresBeside {
  let count = 0
  let scenarioFailed = false
  let made = 0

  const asHook = (
    name: string,
    uri: string,
    line: number | undefined,
    message: string,
    { timestamp }: Pick<TestRunFinished, 'timestamp'>,
  ) => {
    count++
    const id = `beside-${made++}`
    const startedId = `${id}-started`
    const exception = { type: 'Error', message, stackTrace: message }
    const sourceReference = { uri, ...(line === undefined ? {} : { location: { line } }) }
    return [
      { hook: { id, name, type: 'BEFORE_TEST_RUN', sourceReference } },
      { testRunHookStarted: { id: startedId, testRunStartedId: '', hookId: id, timestamp } },
      {
        testRunHookFinished: {
          testRunHookStartedId: startedId,
          timestamp,
          result: { status: 'FAILED', duration: { seconds: 0, nanos: 0 }, message, exception },
        },
      },
    ] as unknown as Envelope[]
  }
  return {
    with(envelope) {
      const { parseError, testRunHookFinished, testStepFinished, testRunFinished } = envelope
      if (parseError) {
        const { uri = '', location } = parseError.source
        return [
          ...asHook(`${uri}:${location?.line ?? 1} cannot be read`, uri, location?.line, parseError.message, {
            timestamp: { seconds: 0, nanos: 0 },
          }),
          envelope,
        ]
      }
      if (testStepFinished && !GOOD.has(testStepFinished.testStepResult.status)) scenarioFailed = true
      if (testRunHookFinished && !GOOD.has(testRunHookFinished.result.status)) count++
      if (testRunFinished && !testRunFinished.success && !scenarioFailed && count === 0) {
        const why = testRunFinished.exception?.message ?? testRunFinished.message ?? 'the run did not end as it should'
        return [...asHook('the run', 'the run', undefined, why, testRunFinished), envelope]
      }
      return [envelope]
    },
    count: () => count,
  }
}
