/**
 * Calls what belongs to the user (a listener, a sink, a hook) so that it cannot break what calls it: an error that it
 * throws, or rejects with later, goes to `failed`, which must not throw itself.
 */
export function guarded(call: () => unknown, failed: (error: unknown) => void): void {
  try {
    const answer = call()
    if (typeof (answer as Promise<unknown> | null | undefined)?.then === 'function')
      Promise.resolve(answer).catch(failed)
  } catch (error) {
    failed(error)
  }
}
