import { AndonError } from '../../core/errors.ts'
import { invalid, literalOption, numberOption, textOption, wholeOption } from '../../core/options.ts'
import type { Verdict } from '../../core/verdict.ts'
import { type Ender, end, look, lose, move, renew, restore } from '../decide/lease-commands.ts'
import { boundedText, optionalText } from '../model/bounded-text.ts'
import type { Coordinator, ReleaseAnswer, ReservationCall, ReservationKey } from './coordinator.ts'
import type { World } from './world.ts'

/** What becomes of a reservation once it is granted. */
export function movesOf(world: World): Pick<Coordinator, 'renew' | 'advance' | 'release' | 'cancel'> {
  const { submit, service, options } = world

  const giveBack = async (
    id: string,
    ender: Ender,
    as: 'completed' | 'cancelled',
    reason: string | undefined,
    call: ReservationCall | undefined,
  ): Promise<ReleaseAnswer> => {
    if (!options.health) return { state: await submit(end(id, ender, as, reason), call) }
    const reservation = await submit(restore(id, ender, as), call)
    const { host, activity } = reservation
    const health = await service.isHealthy(host, activity, 'after', call?.signal)
    if (health.decision !== 'go') return { state: 'restoring', reasons: health.reasons, reservation }
    return { state: await submit(end(id, ender, as, reason, health.reasons), call) }
  }

  return {
    async renew(key, ttlMs, call) {
      return submit(renew(readKey(key), ttlMs === undefined ? undefined : numberOption('ttlMs', ttlMs, 1)), call)
    },
    async advance(key, to, call) {
      literalOption('to', to, ['preparing', 'approved', 'executing', 'restoring'])
      const right = readKey(key)
      if (to === 'restoring') return submit(restore(right.id, right, 'completed'), call)
      const mustBeApproved = options.health !== undefined
      if (to !== 'approved' || !options.health) return submit(move(right, to, { mustBeApproved }), call)
      const now = await submit(look(right), call)
      if (now.phase !== 'granted' && now.phase !== 'preparing') return submit(move(right, to, { mustBeApproved }), call)
      const health = await service.isHealthy(now.host, now.activity, 'before', call?.signal)
      if (health.decision !== 'go') throw unhealthy(now.id, health)
      return submit(move(right, to, { mustBeApproved, because: health.reasons }), call)
    },
    async release(key, outcome, reason, call) {
      literalOption('outcome', outcome, ['healthy', 'failed'])
      optionalText('reason', reason, 'reason')
      const right = readKey(key)
      if (outcome === 'healthy') return giveBack(right.id, right, 'completed', reason, call)
      await submit(lose(right, reason ?? 'its holder gave it up'), call)
      return { state: 'casualty' }
    },
    async cancel(key, reason, call) {
      boundedText('reason', reason, 'reason')
      if ('token' in key) return giveBack(readKey(key).id, readKey(key), 'cancelled', reason, call)
      return giveBack(textOption('id', key.id), { by: boundedText('by', key.by, 'name') }, 'cancelled', reason, call)
    },
  }
}

function readKey(key: ReservationKey): ReservationKey {
  if (typeof key !== 'object' || key === null) throw invalid('reservation', 'an object with id and token', key)
  const { id, token } = key
  return { id: textOption('id', id), token: wholeOption('token', token, 1) }
}

function unhealthy(id: string, { decision, reasons }: Verdict): AndonError {
  const why = reasons.map(r => `${r.code}: ${r.message}`).join('; ')
  return new AndonError('reservation-unhealthy', `${id}: the health check before the work says ${decision} (${why})`)
}
