import type { Envelope } from '@cucumber/messages'

/**
 * Passes messages on so that what belongs to one attempt comes in one piece: while one attempt is told, what comes of
 * others that run beside it waits. Anything else passes at once, except the end of the run, before which all is told.
 */
export function inTurn(tell: (envelope: Envelope) => void): (envelope: Envelope) => void {
  const waiting = new Map<string, Envelope[]>()
  let current: string | undefined

  const advance = () => {
    for (;;) {
      const [id, queue] = waiting.entries().next().value ?? []
      if (id === undefined || queue === undefined) return
      waiting.delete(id)
      queue.forEach(tell)
      if (!queue.at(-1)?.testCaseFinished) {
        current = id
        return
      }
    }
  }
  return envelope => {
    const id = attemptOf(envelope)
    if (envelope.testRunFinished) {
      for (const queue of waiting.values()) queue.forEach(tell)
      waiting.clear()
    }
    if (id === undefined || id === current) tell(envelope)
    else if (current === undefined) {
      current = id
      tell(envelope)
    } else if (waiting.has(id)) waiting.get(id)!.push(envelope)
    else waiting.set(id, [envelope])
    if (id !== undefined && id === current && envelope.testCaseFinished) {
      current = undefined
      advance()
    }
  }
}

const attemptOf = (envelope: Envelope): string | undefined =>
  envelope.testCaseStarted?.id ??
  envelope.testStepStarted?.testCaseStartedId ??
  envelope.testStepFinished?.testCaseStartedId ??
  envelope.attachment?.testCaseStartedId ??
  envelope.testCaseFinished?.testCaseStartedId
