import type { Clock, Timer } from '../../core/clock.ts'
import { type Logger, safeLogger } from '../../core/logger.ts'
import { invalid, literalOption, messageOf, portOption } from '../../core/options.ts'
import { realClock } from '../../core/real-clock.ts'
import { Refusal, type Route, route, sseHub } from '../../parts/server/index.ts'
import type { Coordinator } from '../coordinator/coordinator.ts'
import { readHostId } from '../model/host-record.ts'
import { ACTIVITIES } from '../wire/words.ts'
import { towerPage } from './page.ts'
import { viewOf } from './view.ts'

export interface TowerOptions {
  readonly coordinator: Pick<Coordinator, 'status' | 'watch' | 'explain'>
  /**
   * Who may see it: those with the role `read`, who enter a bearer token into the page, or everybody. `anonymous` is for
   * servers that listen on loopback: it shows hosts, holders and reasons to whoever gets there. Default `read`.
   */
  readonly role?: 'read' | 'anonymous'
  /** How many pages may be open at once. Default 100. */
  readonly maxPages?: number
  readonly logger?: Partial<Logger>
  readonly clock?: Clock
}

/** The live page about a cell. */
export interface Tower {
  /**
   * `GET /`, the page itself, in which nothing of the cell is; `GET /v1/tower`, the stream that it shows; and
   * `POST /v1/tower/explain`, which tells what would have to change for a host.
   */
  readonly routes: readonly Route[]
  /** Ends the streams. To be called before the server is closed. */
  close(): void
  [Symbol.asyncDispose](): Promise<void>
}

/** Changes are shown together, not more often than this … */
const AT_LEAST_MS = 300
/** … and that there are none is said as often as this. The page takes silence of 5 s for a failure. */
const AT_MOST_MS = 1500
const MOST_EXPLAINED = 4

/**
 * A page for people: zones, reserved hosts, casualties, the line, the cord and the last denials, as they change. The cell
 * is read once for all pages, and not at all while none is open. Throws `invalid-option`.
 */
export function reservationTower(options: TowerOptions): Tower {
  const { clock = realClock } = options
  const coordinator = portOption<TowerOptions['coordinator']>('tower coordinator', options.coordinator, [
    'status',
    'watch',
  ])
  const role = literalOption('tower role', options.role ?? 'read', ['read', 'anonymous'])
  const log = safeLogger(options.logger)
  const hub = sseHub({ clock, maxClients: options.maxPages ?? 100 })
  const { html, csp } = towerPage()
  let last = ''
  let timer: Timer | undefined
  let due = 0
  let reading: Promise<void> | undefined
  let closed = false
  let explaining = 0

  const read = async () => {
    try {
      const view = viewOf(await coordinator.status())
      const { at, ...rest } = view
      const text = JSON.stringify(rest)
      if (text === last) hub.publish('alive', { at })
      else hub.publish('view', view)
      last = text
    } catch (error) {
      // Pages hear nothing, and say so after a while: what they show is old.
      log.warn('andon: the tower cannot read the cell', { error: messageOf(error) })
    }
  }
  /** Reads once for all who ask meanwhile, and goes on while there are pages. */
  const refresh = (): Promise<void> => {
    timer?.cancel()
    timer = undefined
    reading ??= read().finally(() => {
      reading = undefined
      if (!closed && hub.clients > 0) again(AT_MOST_MS)
    })
    return reading
  }
  const again = (ms: number) => {
    const at = clock.monotonic() + ms
    if (timer && due <= at) return
    timer?.cancel()
    due = at
    timer = clock.setTimer(ms, () => void refresh())
  }
  const unwatch = coordinator.watch(() => {
    if (hub.clients > 0 && !reading) again(AT_LEAST_MS)
  })
  const stream = hub.handler()
  const close = () => {
    closed = true
    unwatch()
    timer?.cancel()
    hub.close()
  }
  return {
    routes: [
      route({
        method: 'GET',
        path: '/',
        role: 'anonymous',
        csp,
        handler: () => ({ text: html, headers: { 'content-type': 'text/html; charset=utf-8' } }),
      }),
      route({
        method: 'GET',
        path: '/v1/tower',
        role,
        async handler(context) {
          // What was kept for those who come later may be from long ago.
          if (hub.clients === 0) await refresh()
          const answer = stream(context)
          again(AT_LEAST_MS)
          return answer
        },
      }),
      route({
        method: 'POST',
        path: '/v1/tower/explain',
        role,
        body: readQuestion,
        async handler({ body, signal }) {
          // The service that owns the data is asked each time, and has other things to do.
          if (explaining >= MOST_EXPLAINED)
            throw new Refusal(503, 'busy', 'others ask at the moment', { headers: { 'retry-after': '1' } })
          explaining++
          try {
            return { json: await coordinator.explain(body, { signal }) }
          } finally {
            explaining--
          }
        },
      }),
    ],
    close,
    [Symbol.asyncDispose]: async () => close(),
  }
}

function readQuestion(value: unknown) {
  if (typeof value !== 'object' || value === null) throw invalid('body', 'a JSON object', value)
  const { host, activity } = value as Record<string, unknown>
  return { host: readHostId('host', host), activity: literalOption('activity', activity, ACTIVITIES) }
}
