import { AndonError } from '../../core/errors.ts'
import { invalid } from '../../core/options.ts'
import type { PlaceId } from '../../core/place.ts'
import * as fleet from '../decide/fleet-commands.ts'
import { boundedText } from '../model/bounded-text.ts'
import { readHostId, readHosts } from '../model/host-record.ts'
import { readPolicy } from '../model/read-policy.ts'
import type { Coordinator, ReservationCall } from './coordinator.ts'
import type { World } from './world.ts'

/** How many hosts are added in one entry: it has to fit into every store, and into memory with many of its kind. */
const HOSTS_PER_ENTRY = 1000
/** How many questions at a time. */
const AT_ONCE = 16

/** Which hosts there are, and what may be done to them. */
export function fleetChangesOf(world: World): Pick<Coordinator, 'addHosts' | 'removeHosts' | 'setPolicy'> {
  const { ready, submit, service, state, writer } = world

  /** A host that is taken out is not counted any more, nor is the service told of it: its data must be elsewhere. */
  const demandEmpty = async (id: PlaceId, call: ReservationCall | undefined): Promise<void> => {
    const host = state.hosts.find(id)
    if (host < 0) throw new AndonError('reservation-unknown', `${id}: is not part of the fleet`)
    const { decision, reasons } = await service.isSafe(service.question(state, host, id, 'destroy', []), call?.signal)
    // The service has never heard of it: it holds nothing of the service's.
    const isStranger = decision === 'wait' && reasons[0]?.code === 'unknown-host'
    if (decision === 'go' || isStranger) return
    const why = reasons.map(r => `${r.code}: ${r.message}`).join('; ')
    throw new AndonError('reservation-unhealthy', `${id} cannot be removed: the service says ${decision} (${why})`)
  }

  return {
    async addHosts(hosts, by, call) {
      const read = readHosts('hosts', hosts)
      boundedText('by', by, 'name')
      for (let i = 0; i < read.length; i += HOSTS_PER_ENTRY)
        await submit(fleet.addHosts(read.slice(i, i + HOSTS_PER_ENTRY), by), call)
    },
    async removeHosts(hosts, by, call) {
      if (!Array.isArray(hosts)) throw invalid('hosts', 'a list of hosts', hosts)
      const ids = hosts.map((id, i) => readHostId(`hosts[${i}]`, id))
      boundedText('by', by, 'name')
      await ready(call)
      await writer.sync(call?.signal)
      for (let i = 0; i < ids.length; i += AT_ONCE)
        await Promise.all(ids.slice(i, i + AT_ONCE).map(id => demandEmpty(id, call)))
      await submit(fleet.removeHosts(ids, by), call)
    },
    async setPolicy(next, by, call) {
      readPolicy(next)
      await submit(fleet.setPolicy(next, boundedText('by', by, 'name')), call)
    },
  }
}
