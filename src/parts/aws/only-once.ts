type Handler = (args: unknown) => Promise<unknown>
interface CommandLike {
  readonly middlewareStack?: {
    add(
      middleware: (next: Handler) => Handler,
      options: { step: 'finalizeRequest'; priority: 'low'; name: string },
    ): void
  }
}

/**
 * Keeps a client of the AWS SDK from repeating a call that must not be repeated as it is: one with a token that is good for
 * once, or one that counts twice. Whether and when to try again is for the caller to decide. Stands inside the SDK's retry
 * loop and, from the second round on, hands it the first round's error without calling anybody. Answers the command.
 */
export function onlyOnce(command: object): object {
  let tried: { error: unknown } | undefined
  ;(command as CommandLike).middlewareStack?.add(
    next => async args => {
      if (tried) throw tried.error
      try {
        return await next(args)
      } catch (error) {
        tried = { error }
        throw error
      }
    },
    { step: 'finalizeRequest', priority: 'low', name: 'andonOnlyOnce' },
  )
  return command
}
