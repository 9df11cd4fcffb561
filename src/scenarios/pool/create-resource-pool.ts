import { hostname } from 'node:os'
import { pid } from 'node:process'
import { deadline } from '../../core/abort.ts'
import { AndonError } from '../../core/errors.ts'
import { safeLogger } from '../../core/logger.ts'
import { literalOption, messageOf, numberOption, portOption, textOption, wholeOption } from '../../core/options.ts'
import { systemRandom } from '../../core/random.ts'
import { realClock } from '../../core/real-clock.ts'
import type { LeaseStore } from '../../parts/leases/index.ts'
import { type Custody, takeCustody } from './custody.ts'
import { type LaneQueue, laneQueue } from './lane-queue.ts'
import { leaksOf } from './leaks.ts'
import type { ResourcePoolOptions } from './pool-options.ts'
import { type Kind, readKinds } from './read-kinds.ts'
import type { PoolResource, ResourcePool } from './resource-pool.ts'
import { clean, inHand } from './workshop.ts'

/**
 * A pool of typed resources over a lease store: each is lent to one at a time, its lease renewed until it is given back,
 * cleaned behind each user, and lent again. Processes that make pools over the same store share the resources; whoever
 * finds one that a dead process left cleans it first. Nothing is read or written before the first call, and no timer
 * keeps the process alive unless somebody waits.
 */
export function createResourcePool<Values extends object>(options: ResourcePoolOptions<Values>): ResourcePool<Values> {
  const settings = readOptions(options)
  const { store, kinds, holder, leaseMs, leakAfterMs, clock, logger, signal } = settings
  const queues = new Map<string, LaneQueue>()
  const lent = new Map<PoolResource, AbortController>()
  const resources = [...kinds.values()].flatMap(k => k.resources)
  const register = once(() => deadline(clock, leaseMs, 'the lease store', signal => store.add(resources, { signal })))
  let closing: Promise<void> | undefined

  const kindOf = (name: string): Kind => {
    literalOption('kind', name, [...kinds.keys()])
    return kinds.get(name)!
  }
  const queueOf = (kind: Kind, lane: string): LaneQueue => {
    const key = JSON.stringify([kind.kind, lane])
    const queue = queues.get(key) ?? laneQueue(kind, lane, { ...settings, register })
    queues.set(key, queue)
    return queue
  }
  const giveBack = async (kind: Kind, custody: Custody) => {
    const { id, lane } = custody.hold
    if (custody.signal.aborted) return
    // What has no cleaning is as good as new; everything else is dirty from here on, whatever happens to this process.
    const to = kind.clean ? 'dirty' : 'free'
    if (!(await custody.settle({ to, failures: 0, reason: kind.clean ? 'given back' : '' }))) return
    try {
      const cleaning = kind.clean && (await takeCustody(settings, { id }, 'dirty'))
      if (cleaning) await clean(kind, cleaning, settings)
    } catch (error) {
      logger.warn(`${id}: left dirty: ${messageOf(error)}`, { error })
    }
    queueOf(kind, lane).nudge()
  }
  const lend = (kind: Kind, custody: Custody): PoolResource => {
    let released: Promise<void> | undefined
    const lost = new AbortController()
    const onLost = () => lost.abort(custody.signal.reason)
    custody.signal.addEventListener('abort', onLost, { once: true })
    if (custody.signal.aborted) onLost()
    const release = () => {
      released ??= giveBack(kind, custody).finally(() => {
        custody.signal.removeEventListener('abort', onLost)
        lent.delete(resource)
      })
      return released
    }
    const resource = { ...inHand(custody.hold, lost.signal), release, [Symbol.asyncDispose]: release }
    lent.set(resource, lost)
    return resource
  }
  const close = () => {
    closing ??= (async () => {
      signal?.removeEventListener('abort', onAbort)
      for (const lost of lent.values()) lost.abort(closedError())
      const queued = [...queues.values()].map(q => q.close(closedError()))
      await Promise.all([...queued, ...[...lent.keys()].map(r => r.release())])
    })()
    return closing
  }
  const onAbort = () => void close()
  signal?.addEventListener('abort', onAbort, { once: true })
  if (signal?.aborted) onAbort()

  return {
    async take(name, { lane = 'on-demand', waitMs = 60_000, signal } = {}) {
      const kind = kindOf(name)
      literalOption(`lane of ${name}`, lane, [...kind.lanes])
      numberOption('waitMs', waitMs, 1)
      if (closing) throw closedError()
      const resource = lend(kind, await queueOf(kind, lane).wait(waitMs, signal))
      // Closed between the handing over and here.
      if (closing) await resource.release()
      if (closing) throw closedError()
      return resource as PoolResource<never>
    },
    async leaks(call = {}) {
      const records = await store.list(call)
      return leaksOf(
        records.filter(r => kinds.has(r.kind)),
        leakAfterMs,
      )
    },
    async readmit(id, call = {}) {
      const hold = await store.take({ id, holder, ttlMs: leaseMs, from: 'quarantined' }, call)
      if (hold) await store.settle(hold, { to: 'dirty', failures: 0, reason: 'readmitted' }, call)
      return hold !== undefined
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

const closedError = () => new AndonError('pool-closed', 'the pool is closed')

/** Everything with its default, checked. */
function readOptions(options: ResourcePoolOptions<object>) {
  const { clock = realClock, random = systemRandom, signal } = options
  const methods = ['add', 'take', 'renew', 'settle', 'list']
  return {
    store: portOption<LeaseStore>('store', options.store, methods),
    kinds: readKinds(options.kinds),
    leaseMs: numberOption('leaseMs', options.leaseMs ?? 30_000, 100),
    pollMs: numberOption('pollMs', options.pollMs ?? 250, 1),
    quarantineAfter: wholeOption('quarantineAfter', options.quarantineAfter ?? 3, 1),
    restMs: numberOption('restMs', options.restMs ?? 5000, 0),
    leakAfterMs: numberOption('leakAfterMs', options.leakAfterMs ?? 3_600_000, 0),
    holder: textOption(
      'holder',
      options.holder ?? `${hostname()}/${pid}/${Math.floor(random() * 2 ** 32).toString(36)}`,
    ),
    logger: safeLogger(options.logger),
    clock,
    random,
    signal,
  }
}

/** Does it until it has worked, and not again. */
function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined
  return () => {
    done ??= work().catch(error => {
      done = undefined
      throw error
    })
    return done
  }
}
