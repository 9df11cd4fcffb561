import type { Envelope } from '@cucumber/messages'
import type { Clock } from '../../core/clock.ts'
import { AndonError } from '../../core/errors.ts'
import { textOption } from '../../core/options.ts'
import type { Attachable, AttachOptions, ScenarioContext, ScenarioTarget } from '../support/step-types.ts'
import { attachment } from './attachment.ts'
import { messageTime } from './times.ts'

/** Something to be undone when an attempt is over. */
export interface Cleanup {
  readonly name: string
  readonly undo: (signal: AbortSignal) => unknown
}

/** Where attachments belong: a step of an attempt, or a hook of the run. */
export type AttachmentOwner =
  | { readonly testCaseStartedId: string; readonly testStepId: string }
  | { readonly testRunHookStartedId: string }

/** Takes a resource and says how it is given back. */
export type Lease = (kind: string, signal: AbortSignal) => Promise<{ readonly value: unknown; readonly back: Cleanup }>

export interface ContextOptions {
  readonly clock: Clock
  readonly target: ScenarioTarget
  readonly scenario: string
  readonly emit: (envelope: Envelope) => void
  readonly lease: Lease | undefined
  /** Told of what is to be undone and came when everything was over. */
  readonly late: (cleanup: Cleanup) => void
}

/** A promise whose rejection nobody has to hear: steps forget to wait. */
function unheard<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {})
  return promise
}

/** What the steps of one attempt share: new for each. */
export class AttemptContext implements ScenarioContext {
  readonly world: Record<string, unknown> = {}
  readonly clock: Clock
  readonly target: ScenarioTarget
  readonly scenario: string
  /** Set by the runner, before each step. */
  owner: AttachmentOwner | undefined
  readonly cleanups: Cleanup[] = []
  readonly #options: ContextOptions
  #controller: AbortController | undefined
  #reason: (() => unknown) | undefined
  #isOver = false

  constructor(options: ContextOptions) {
    this.#options = options
    this.clock = options.clock
    this.target = options.target
    this.scenario = options.scenario
  }

  /** Made when somebody asks for it: most steps do not. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController()
      if (this.#reason) this.#controller.abort(this.#reason())
    }
    return this.#controller.signal
  }

  /** What still runs has no business any more. `why` is asked when somebody listens: an error costs as much as a step. */
  abort(why: () => unknown): void {
    this.#reason ??= why
    this.#controller?.abort(why())
  }

  /** What comes now has a signal of its own: hooks and cleaning up, when the steps have been aborted. */
  renew(): void {
    this.#controller = undefined
    this.#reason = undefined
  }

  /** Nothing is awaited any more: what comes now is undone at once. */
  over(): void {
    this.#isOver = true
    this.owner = undefined
  }

  attach = (what: Attachable, how: string | AttachOptions): Promise<void> => unheard(this.#attach(what, how))

  async #attach(what: Attachable, how: string | AttachOptions): Promise<void> {
    // Where it was attached, not where a stream happens to end.
    const { owner } = this
    const content = attachment(what, how)
    const { emit, clock } = this.#options
    const body = content instanceof Promise ? await content : content
    if (owner) emit({ attachment: { ...owner, ...body, timestamp: messageTime(clock.now()) } })
  }

  log = (text: string): Promise<void> => this.attach(text, 'text/x.cucumber.log+plain')

  link = (url: string): Promise<void> => this.attach(url, 'text/uri-list')

  cleanup = (name: string, undo: (signal: AbortSignal) => unknown): void => {
    this.#undoLater({ name: textOption('cleanup name', name), undo })
  }

  #undoLater(cleanup: Cleanup): void {
    if (this.#isOver) this.#options.late(cleanup)
    else this.cleanups.push(cleanup)
  }

  lease = <T>(kind: string): Promise<T> => unheard(this.#lease<T>(kind))

  async #lease<T>(kind: string): Promise<T> {
    const { lease } = this.#options
    if (!lease)
      throw new AndonError('no-pool', `the scenario wants a resource of kind ${kind}, and the suite has no pool`)
    const { value, back } = await lease(kind, this.signal)
    this.#undoLater(back)
    if (this.#isOver)
      throw new AndonError('scenario-over', `a resource of kind ${kind} came when the scenario was over`)
    return value as T
  }
}
