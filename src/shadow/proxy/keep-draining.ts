import type { ClientRequest } from 'node:http'

/**
 * Tells a request that its connection takes more, also once its answer is whole: from then on Node does not, and the rest
 * of an upload would stop for good. A primary that answers early may want the rest, and reads it in any case.
 */
export function keepDraining(upstream: ClientRequest): void {
  upstream.once('socket', socket => {
    let isAnswered = () => false
    upstream.once('response', answer => {
      isAnswered = () => answer.complete
    })
    const tell = () => {
      if (isAnswered() && !upstream.writableEnded) upstream.emit('drain')
    }
    socket.on('drain', tell)
    upstream.once('close', () => socket.off('drain', tell))
  })
}
