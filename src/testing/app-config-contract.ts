import { randomUUID } from 'node:crypto'
import type { Clock } from '../core/clock.ts'

/** A configuration as it is deployed. */
export interface Published {
  readonly content: Uint8Array
  readonly label: string
  readonly contentType: string
}

/** Why a token is refused. Source: InvalidParameterProblem in the Data API's model. */
export type TokenProblem = 'Corrupted' | 'Expired' | 'PollIntervalNotSatisfied'

/** What a call with a token comes to. `content` is undefined when the session has the latest version already. */
export type Answer =
  | { readonly problem: TokenProblem }
  | { readonly token: string; readonly intervalS: number; readonly content: Published | undefined }

/** The contract of tokens, without the wire. */
export interface TokenContract {
  /** A new session's first token. */
  start(requiredIntervalS: number): string
  /** Uses a token up, unless it is refused. */
  use(token: string, latest: Published): Answer
  /** Ends the life of every token that was given till now. */
  expireAll(): void
  /** What `use` answers as the interval from now on, in seconds; undefined: what the session asked for. */
  interval(seconds: number | undefined): void
}

interface Given {
  readonly requiredIntervalS: number
  readonly seen: Published | undefined
  readonly wall: number
  readonly notBefore: number
}

/**
 * Who may call when, with which token. A token is good for one call, for `tokenLifeMs` from when it was given, and not
 * before its session's interval is over, except for a session's first. One that comes too early is not used up; one
 * that was used is `Corrupted`.
 */
export function tokenContract(clock: Clock, tokenLifeMs: number): TokenContract {
  const given = new Map<string, Given>()
  let forcedIntervalS: number | undefined
  const give = (token: Given) => {
    const id = randomUUID()
    given.set(id, token)
    return id
  }
  return {
    start: requiredIntervalS => give({ requiredIntervalS, seen: undefined, wall: clock.now(), notBefore: clock.now() }),
    use(id, latest) {
      const token = given.get(id)
      if (token === undefined) return { problem: 'Corrupted' }
      const now = clock.now()
      if (now - token.wall >= tokenLifeMs) return { problem: 'Expired' }
      if (now < token.notBefore) return { problem: 'PollIntervalNotSatisfied' }
      given.delete(id)
      const intervalS = forcedIntervalS ?? token.requiredIntervalS
      const next = { ...token, seen: latest, wall: now, notBefore: now + intervalS * 1000 }
      return { token: give(next), intervalS, content: token.seen === latest ? undefined : latest }
    },
    expireAll() {
      for (const [id, token] of given) given.set(id, { ...token, wall: Number.NEGATIVE_INFINITY })
    },
    interval(seconds) {
      forcedIntervalS = seconds
    },
  }
}
