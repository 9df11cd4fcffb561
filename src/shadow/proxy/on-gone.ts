import type { Socket } from 'node:net'

const watchers = new WeakMap<Socket, Set<() => void>>()

/**
 * Calls back when a customer's connection is closed; the answer is how to stop that. One listener a connection: a client may
 * send any number of requests at once, and Node warns of more than ten listeners. It is the connection that is watched
 * because a request that has arrived whole, or a response that waits behind another, is told nothing.
 */
export function onGone(socket: Socket, callback: () => void): () => void {
  const watching = watchers.get(socket) ?? watch(socket)
  watching.add(callback)
  return () => void watching.delete(callback)
}

function watch(socket: Socket): Set<() => void> {
  const watching = new Set<() => void>()
  watchers.set(socket, watching)
  socket.once('close', () => {
    for (const callback of [...watching]) callback()
  })
  return watching
}
