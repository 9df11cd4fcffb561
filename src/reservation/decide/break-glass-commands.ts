import { AndonError } from '../../core/errors.ts'
import type { BreakGlassProposal } from '../coordinator/coordinator.ts'
import type { ProposedEvent } from '../model/events.ts'
import type { CellState, Proposal } from '../state/cell-state.ts'
import type { Command } from './intent.ts'

/** Writes down what one person asks for. */
export function propose(terms: Omit<ProposedEvent, 'type'>): Command<BreakGlassProposal> {
  return state => {
    if (state.hosts.find(terms.host) < 0)
      throw new AndonError('reservation-unknown', `${terms.host}: is not part of the fleet`)
    return { events: [{ type: 'proposed', ...terms }], result: after => proposalOf(after.proposals.get(terms.id)!) }
  }
}

/** The proposal, if this person may agree to it in these words; throws why not. */
export function agreed(state: CellState, id: string, by: string, accept: readonly string[], now: number): Proposal {
  const proposal = state.proposals.get(id)
  const no = (why: string) => new AndonError('break-glass-refused', `${id}: ${why}`)
  if (!proposal) throw no('there is no such proposal any more')
  if (now >= proposal.proposed.at + proposal.untilMs) throw no('it is too old: propose it again')
  if (samePerson(by, proposal.holder)) throw no(`${by} proposed it; a second person has to agree`)
  const [mine, theirs] = [new Set(accept), new Set(proposal.accepted)]
  const differing = [...accept.filter(s => !theirs.has(s)), ...proposal.accepted.filter(s => !mine.has(s))]
  if (differing.length > 0)
    throw no(`both have to name the same stripes; only one of you named ${differing.slice(0, 10).join(', ')}`)
  return proposal
}

/** Forgets proposals that nobody agreed to in time. */
export function reclaim(): Command<void> {
  return (state, now) => {
    const old = [...state.proposals.values()].filter(p => now >= p.proposed.at + p.untilMs)
    return { events: old.map(({ id }) => ({ type: 'reclaimed', id, by: 'andon' }) as const), result: () => {} }
  }
}

export function proposalOf({
  id,
  host,
  activity,
  holder,
  reason,
  ttlMs,
  accepted,
  untilMs,
  proposed,
}: Proposal): BreakGlassProposal {
  return { id, host, activity, holder, reason, ttlMs, accepted, until: proposed.at + untilMs }
}

// One person under two spellings is one person.
const samePerson = (a: string, b: string) => plain(a) === plain(b)
const plain = (name: string) => name.normalize('NFKC').trim().toLowerCase()
