import type { Clock } from '../../core/clock.ts'
import { numberOption, textOption, wholeOption } from '../../core/options.ts'
import { realClock } from '../../core/real-clock.ts'
import type { Journal } from './journal.ts'
import { closedError, conflictError, fencedError, givenBackError, type Holding, heldError } from './refusals.ts'
import { serializeEvent } from './serialize-event.ts'

/** Kept as text, as every store on disk keeps it: what comes back is the same plain data, and nobody's to change. */
interface Kept {
  readonly token: number
  readonly at: number
  readonly text: string
}

/** A journal for one process's life: tests, simulations, dry runs. Nothing survives the process. */
export function memoryJournal(options: { clock?: Clock } = {}): Journal {
  const { clock = realClock } = options
  const entries = new Map<string, Kept[]>()
  const leases = new Map<string, Holding>()
  let closed = false
  const open = () => {
    if (closed) throw closedError()
  }
  const check = (run: string, token: number) => {
    const current = leases.get(run)
    if (current?.token !== token) throw fencedError(run, token, current)
  }

  return {
    async append(run, expectedSequence, token, event) {
      open()
      check(run, token)
      const text = serializeEvent(event)
      const list = entries.get(run) ?? []
      if (list.length !== expectedSequence) throw conflictError(run, expectedSequence, list.length)
      list.push({ token, at: clock.now(), text })
      entries.set(run, list)
      return expectedSequence + 1
    },
    async *read(run, { from = 1, signal } = {}) {
      open()
      wholeOption('from', from, 1)
      signal?.throwIfAborted()
      for (let i = from - 1; i < (entries.get(run)?.length ?? 0); i++) {
        const { token, at, text } = entries.get(run)![i]!
        yield { run, sequence: i + 1, token, at, event: JSON.parse(text) }
        signal?.throwIfAborted()
      }
    },
    async lease(run, holder, ttlMs) {
      open()
      textOption('run', run)
      textOption('holder', holder)
      numberOption('ttlMs', ttlMs, 1)
      const before = leases.get(run)
      const now = clock.now()
      if (before && before.expiresAt > now) throw heldError(run, before, now)
      const token = (before?.token ?? 0) + 1
      let expiresAt = now + ttlMs
      leases.set(run, { token, holder, expiresAt })
      return {
        run,
        holder,
        token,
        get expiresAt() {
          return expiresAt
        },
        async renew() {
          open()
          check(run, token)
          if (expiresAt === 0) throw givenBackError(run, token)
          expiresAt = clock.now() + ttlMs
          leases.set(run, { token, holder, expiresAt })
        },
        async release() {
          expiresAt = 0
          if (leases.get(run)?.token === token) leases.set(run, { token, holder, expiresAt: 0 })
        },
      }
    },
    async runs() {
      open()
      const list = [...entries].map(([run, e]) => ({ run, entries: e.length, lastAt: e.at(-1)?.at ?? 0 }))
      return list.sort((a, b) => b.lastAt - a.lastAt)
    },
    async close() {
      closed = true
    },
    async [Symbol.asyncDispose]() {
      closed = true
    },
  }
}
