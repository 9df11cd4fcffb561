import type { ServerResponse } from 'node:http'
import { AndonError } from '../../core/errors.ts'

/** Aborted when the connection ends before the answer was sent. */
export function goneSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) controller.abort(new AndonError('aborted', 'the asker is gone'))
  })
  return controller.signal
}
