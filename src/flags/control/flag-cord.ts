import type { Clock } from '../../core/clock.ts'
import type { Cord, CordReader, CordState } from '../../core/cord.ts'
import { pulled, released } from '../../core/cord-transition.ts'
import { AndonError } from '../../core/errors.ts'
import { numberOption, portOption, textOption } from '../../core/options.ts'
import { realClock } from '../../core/real-clock.ts'
import type { FlagClient } from '../client/flag-client.ts'
import { changeDocument } from './change-document.ts'
import { cordInDocument, cordOfFlag, withCord } from './cord-flag.ts'
import type { DocumentWriter } from './document-writer.ts'

/** The flag that is the cord when no other is named. */
export const CORD_FLAG = 'andon-cord'

/** What is used of a flag client. */
export type CordFlags = Pick<FlagClient, 'evaluate' | 'refresh'>

/**
 * Reads the emergency cord from a flag: on is pulled (attribute `level`: `hold` or `freeze`; none: `freeze`), off is
 * released. Whatever a flag client cannot vouch for rejects with `cord-unreadable`, which every effect takes for
 * `freeze`: no document, no such flag, one that cannot be read, and flags that are stale.
 */
export function flagCordReader(flags: CordFlags, flag: string = CORD_FLAG): CordReader {
  // A view of one moment would read as it was for ever.
  portOption('flagCordReader flags', flags, ['evaluate', 'refresh'])
  textOption('flagCordReader flag', flag)
  return {
    async read({ signal } = {}) {
      signal?.throwIfAborted()
      const { enabled, value, reason, stale, outdated, ageMs } = flags.evaluate(flag)
      const unreadable = (why: string) => new AndonError('cord-unreadable', `cord flag ${flag}: ${why}`)
      // Everything else is no document's word on it, or depends on who asks; a cord is for everybody or for nobody.
      if (reason !== 'static')
        throw unreadable(`expected a flag of the document, without rules and audience; its reason is ${reason}`)
      if (outdated) throw unreadable('its newest form cannot be understood')
      if (stale || ageMs === undefined) throw unreadable(`the flags are stale (${ageMs} ms old)`)
      return cordOfFlag(enabled, value)
    },
  }
}

export interface FlagCordOptions {
  /** Where the flag's document is written. */
  readonly writer: DocumentWriter
  /** Reads from memory, as fresh as its polling; without one every read asks the writer. */
  readonly flags?: CordFlags
  /** Default `andon-cord`. */
  readonly flag?: string
  /**
   * How long this process goes by its own pull though the flags do not show it yet, in milliseconds. Should be longer
   * than a deployment and a poll together. Default 120,000.
   */
  readonly settleMs?: number
  readonly clock?: Clock
}

/**
 * An emergency cord that is a flag: one pull stops the pipelines of every process that reads the flag, as soon as it
 * polls. Give it a profile of its own, or at least a strategy that deploys at once: a pull is urgent, and stops a
 * deployment that is in its way. Pulling tightens only; two who pull at the same time come to the stricter of both.
 */
export function flagCord(options: FlagCordOptions): Cord {
  const { clock = realClock, flags } = options
  const writer = portOption<DocumentWriter>('flagCord writer', options.writer, ['read', 'write'])
  const flag = textOption('flagCord flag', options.flag ?? CORD_FLAG)
  const settleMs = numberOption('flagCord settleMs', options.settleMs ?? 120_000, 0)
  const reader = flags && flagCordReader(flags, flag)
  /** This process's own pull, until everybody can be expected to see it. */
  let mine: (CordState & { readonly level: 'hold' | 'freeze'; readonly until: number }) | undefined

  const change = async (next: (now: CordState) => CordState, by: string, reason: string): Promise<CordState> => {
    let state!: CordState
    const edit = (document: Record<string, unknown>) => {
      state = next(stricter(cordInDocument(document, flag), onItsWay))
      return withCord(document, flag, state)
    }
    // An urgent write goes on from what was settled; a pull that is still being deployed counts all the same.
    const newest = await writer.read()
    const onItsWay = newest?.deploying === undefined ? undefined : cordInDocument(newest.content, flag)
    // Stopping it only to write the same again would loosen the cord in between.
    if (onItsWay !== undefined && next(onItsWay) === onItsWay) return onItsWay
    await changeDocument(writer, edit, { by, reason, urgent: true, clock })
    return state
  }
  return {
    async read(given = {}) {
      given.signal?.throwIfAborted()
      const seen = reader ? await reader.read(given) : await readWritten(writer, flag, given.signal)
      if (mine === undefined || clock.monotonic() >= mine.until) return seen
      return pulled(seen, mine.level, mine.by, mine.reason, mine.at)
    },
    async pull(level, by, reason) {
      const at = clock.now()
      // Checked first: bad words are refused whatever the state is.
      pulled(NEVER_PULLED, level, by, reason, at)
      // Also when it cannot be written: here at least it is pulled.
      mine = { level, by, reason, at, until: clock.monotonic() + settleMs }
      return change(now => pulled(now, level, by, reason, at), by, reason)
    },
    async release(by, reason) {
      const at = clock.now()
      const state = await change(() => released(by, reason, at), by, reason)
      mine = undefined
      return state
    },
  }
}

const stricter = (a: CordState = NEVER_PULLED, b: CordState = a): CordState =>
  b.level === 'released' ? a : pulled(a, b.level, b.by, b.reason, b.at)

const NEVER_PULLED: CordState = Object.freeze({ level: 'released', by: 'andon', reason: 'never pulled', at: 0 })

async function readWritten(writer: DocumentWriter, flag: string, signal: AbortSignal | undefined): Promise<CordState> {
  const document = await writer.read(signal ? { signal } : {})
  const state = document && cordInDocument(document.content, flag)
  if (state) return state
  throw new AndonError('cord-unreadable', `cord flag ${flag}: ${writer.name} has no such flag`)
}
