import { invalid, literalOption, numberOption, textOption } from '../../core/options.ts'
import { agreed, propose } from '../decide/break-glass-commands.ts'
import { boundedText } from '../model/bounded-text.ts'
import { readHostId } from '../model/host-record.ts'
import { ACTIVITIES } from '../model/read-policy.ts'
import type { Coordinator } from './coordinator.ts'
import type { World } from './world.ts'

const STRIPES = 1000
/** How long the second person has. */
const UNTIL_MS = 15 * 60_000
const NO_PATIENCE = { waitMs: 0, keepPlaceMs: 0 }

/** What two people may do together that the rules do not allow. */
export function breakGlassOf(world: World): Pick<Coordinator, 'proposeBreakGlass' | 'confirmBreakGlass'> {
  const { ready, submit, state, requests, random } = world
  return {
    async proposeBreakGlass(request, call) {
      const { host, activity, holder, reason, ttlMs, accept = [] } = request
      readHostId('host', host)
      literalOption('activity', activity, ACTIVITIES)
      const accepted = readAccept(accept)
      if (ttlMs !== undefined) numberOption('ttlMs', ttlMs, 1)
      await ready(call)
      const { rules } = state
      const ttl = Math.min(ttlMs ?? rules.ttlMs.default, rules.ttlMs.max)
      const named = { holder: boundedText('holder', holder, 'name'), reason: boundedText('reason', reason, 'reason') }
      const id = `b-${Math.floor(random() * 2 ** 52).toString(36)}`
      return submit(propose({ id, host, activity, ...named, ttlMs: ttl, accepted, untilMs: UNTIL_MS }), call)
    },
    async confirmBreakGlass(id, by, accept, call) {
      textOption('id', id)
      boundedText('by', by, 'name')
      const accepted = readAccept(accept)
      const proposal = await submit((now, at) => {
        const found = agreed(now, id, by, accepted, at)
        return { events: [], result: () => found }
      }, call)
      const { host, activity, holder, reason, ttlMs } = proposal
      const breakGlass = { by: [holder, by] as const, reason, accepted }
      const terms = { host, activity, holder, reason, ttlMs, key: undefined, priority: 'emergency' as const }
      return requests.run({ ...terms, id: `r-${id.slice(2)}`, breakGlass, proposal: id }, NO_PATIENCE, call?.signal)
    },
  }
}

function readAccept(accept: readonly string[]): readonly string[] {
  if (!Array.isArray(accept)) throw invalid('accept', 'a list of stripes', accept)
  if (accept.length > STRIPES) throw invalid('accept', `at most ${STRIPES} stripes`, accept.length)
  return accept.map((stripe, i) => boundedText(`accept[${i}]`, stripe, 'name'))
}
