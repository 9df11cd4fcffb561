import { AndonError, isAndonError } from '../../../core/errors.ts'
import { messageOf } from '../../../core/options.ts'
import type { ScenarioContext } from '../../support/step-types.ts'
import { type Attempt, attemptOf } from '../shared/attempt.ts'
import { fillPath } from '../shared/fill.ts'
import { cleanMessage } from '../shared/redact.ts'
import { type Draft, newDraft } from './draft.ts'
import type { Answer } from './exchange.ts'
import { exchangeText } from './exchange-text.ts'
import type { HttpSettings } from './options.ts'
import { send } from './send.ts'

/** Looks at an answer; answers what is wrong with it, or nothing. */
export type Judge = (answer: Answer) => string | undefined

/** Sends one request, in the time that is left. */
export type SendOne = (method: string, path: string, leftMs?: number) => Promise<Answer>

/** What the HTTP steps share. */
export interface HttpWorld {
  readonly settings: HttpSettings
  attempt(context: ScenarioContext): Attempt
  draft(context: ScenarioContext): Draft
  /** Sends requests within `work`, which uses up query parameters and the body; a failure is shown. */
  sending(context: ScenarioContext, work: (request: SendOne) => Promise<unknown>): Promise<void>
  /** Looks at the last answer; what is wrong fails the step, with both sides attached. */
  expect(context: ScenarioContext, judge: Judge): Promise<void>
  /** Does something whose failure is shown without secrets, with the last request attached. */
  shown<T>(context: ScenarioContext, work: () => Promise<T> | T): Promise<T>
}

export function httpWorld(settings: HttpSettings): HttpWorld {
  const drafts = new WeakMap<object, Draft>()
  const attempt = (context: ScenarioContext) => attemptOf(context, settings.newId)
  const draft = ({ world }: ScenarioContext) => {
    const made = drafts.get(world) ?? newDraft(settings.headers)
    drafts.set(world, made)
    return made
  }
  const shown: HttpWorld['shown'] = async (context, work) => {
    try {
      return await work()
    } catch (error) {
      const { secrets } = attempt(context)
      const { last } = draft(context)
      if (last) await context.attach(exchangeText(last, settings, secrets), { mediaType: 'text/plain' })
      const code = isAndonError(error) ? error.code : 'request-failed'
      throw new AndonError(code, cleanMessage(messageOf(error), secrets))
    }
  }
  return {
    settings,
    attempt,
    draft,
    shown,
    sending: (context, work) =>
      shown(context, async () => {
        const now = draft(context)
        try {
          await work((method, path, leftMs = Infinity) =>
            send(context, now, settings, { method, path: fillPath(path, attempt(context)), leftMs }),
          )
        } finally {
          now.query = []
          now.body = undefined
        }
      }),
    expect: (context, judge) => {
      const { last } = draft(context)
      return shown(context, () => {
        if (!last?.answer) throw new AndonError('no-response', 'no response: the scenario has not sent a request yet')
        const wrong = judge(last.answer)
        if (wrong !== undefined) throw new AndonError('not-as-expected', `${wrong} (${last.method} ${last.url})`)
      })
    },
  }
}
