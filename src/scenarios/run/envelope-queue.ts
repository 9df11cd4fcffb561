import type { Envelope } from '@cucumber/messages'

/**
 * Messages of something that runs, as they can be iterated over. It is started when the first is asked for, and told to
 * stop when nobody wants any more.
 */
export async function* envelopeQueue(
  start: (emit: (envelope: Envelope) => void) => Promise<unknown>,
  stop: () => void,
): AsyncGenerator<Envelope, void, void> {
  let queue: Envelope[] = []
  let wake: (() => void) | undefined
  let over = false
  const running = start(envelope => {
    queue.push(envelope)
    wake?.()
  }).finally(() => {
    over = true
    wake?.()
  })
  // Told below, in its turn.
  running.catch(() => {})
  try {
    for (;;) {
      const now = queue
      queue = []
      yield* now
      if (queue.length > 0) continue
      if (over) break
      await new Promise<void>(resolve => {
        wake = resolve
      })
    }
    await running
  } finally {
    if (!over) {
      stop()
      await running.catch(() => {})
    }
  }
}
