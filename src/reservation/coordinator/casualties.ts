import { AndonError } from '../../core/errors.ts'
import { literalOption } from '../../core/options.ts'
import type { Verdict } from '../../core/verdict.ts'
import { resolve } from '../decide/fleet-commands.ts'
import { boundedText } from '../model/bounded-text.ts'
import { readHostId } from '../model/host-record.ts'
import type { Coordinator } from './coordinator.ts'
import { evidenceOf } from './service.ts'
import type { World } from './world.ts'

/** What becomes of hosts that did not come back. */
export function casualtiesOf({ ready, submit, service, state, writer }: World): Pick<Coordinator, 'resolve'> {
  return {
    async resolve(id, as, by, reason, call) {
      readHostId('host', id)
      literalOption('as', as, ['repaired', 'destroyed', 'retired'])
      boundedText('by', by, 'name')
      boundedText('reason', reason, 'reason')
      await ready(call)
      await writer.sync(call?.signal)
      const host = state.hosts.known(id)
      const lost = state.casualties.get(host)
      if (!lost) throw new AndonError('reservation-unknown', `${id}: is no casualty`)
      const verdict =
        as === 'repaired'
          ? await service.isHealthy(id, lost.activity, 'after', call?.signal)
          : await service.isSafe(service.question(state, host, id, 'destroy', []), call?.signal)
      if (verdict.decision !== 'go') throw refused(id, as, verdict)
      const version = as === 'repaired' ? undefined : evidenceOf(verdict)?.placementVersion
      await submit(resolve(id, lost.reservation, as, by, reason, verdict.reasons, version), call)
    },
  }
}

function refused(id: string, as: string, { decision, reasons }: Verdict): AndonError {
  const who = as === 'repaired' ? 'the health check' : 'the service that owns the data'
  const why = reasons.map(r => `${r.code}: ${r.message}`).join('; ')
  return new AndonError('reservation-unhealthy', `${id} as ${as}: ${who} says ${decision} (${why})`)
}
