import type { Comparison } from './compare/comparison.ts'
import type { SkipReason } from './skip-reason.ts'

/** What happened to one request; plain data without anything of the request but its endpoint. */
export type ShadowEvent =
  | {
      readonly type: 'compared'
      /** Epoch milliseconds. */
      readonly at: number
      readonly endpoint: string
      readonly against: 'candidate' | 'secondary'
      readonly comparison: Comparison
      readonly primaryMs: number
      readonly answerMs: number
      /** `re-serialised`: the request's body had to be made again of what a body parser left of it. */
      readonly body: 'as-sent' | 're-serialised'
    }
  | {
      readonly type: 'error'
      readonly at: number
      readonly endpoint: string
      readonly against: 'candidate' | 'secondary'
      /**
       * Why there is no answer: `timeout`, `refused`, `reset`, `malformed` (it is no HTTP), `unsendable` (the copy could
       * not be sent as it was), `closed` (the shadow was, meanwhile), `failed` (anything else; `message` says what).
       */
      readonly code: string
      readonly message: string
    }
  /** Requests that sampling passed over are only counted. */
  | { readonly type: 'skipped'; readonly at: number; readonly reason: SkipReason }

/** An event as one line of JSON, without its end. */
export const eventLine = (event: ShadowEvent): string => JSON.stringify(event)
