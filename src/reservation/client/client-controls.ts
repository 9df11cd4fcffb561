import type { CordState } from '../../core/cord.ts'
import { literalOption, textOption } from '../../core/options.ts'
import type { BreakGlassProposal } from '../coordinator/coordinator.ts'
import { CORD_LEVELS } from '../wire/words.ts'
import { type Asker, inPath } from './asker.ts'
import { readObject, readReserveAnswer, readWithLists } from './read-answers.ts'
import type { ReservationClient } from './reservation-client.ts'

export type ClientControls = Pick<
  ReservationClient,
  'resolve' | 'addHosts' | 'removeHosts' | 'setPolicy' | 'breakGlass' | 'cord'
>

/** What changes the rules, the fleet or the emergency stop. */
export function clientControls({ get, post, put }: Asker): ClientControls {
  const nothing = () => {}
  return {
    // Somebody else may have lost the host again since the first try.
    resolve: async (host, as, reason, call) =>
      post('/v1/casualties/resolve', { host, as, reason }, nothing, call, { repeats: false }),
    addHosts: async (hosts, call) => post('/v1/hosts', { hosts }, nothing, call),
    removeHosts: async (hosts, call) => post('/v1/hosts/remove', { hosts }, nothing, call),
    setPolicy: async (policy, call) => put('/v1/policy', policy, nothing, call),
    breakGlass: {
      propose: async (request, call) => {
        const read = (body: unknown) => {
          const proposal = readWithLists<BreakGlassProposal>(body, 'accepted')
          textOption('id', proposal.id)
          return proposal
        }
        return post('/v1/break-glass', request, read, call, { repeats: false })
      },
      confirm: async (id, accept, call) =>
        post(`/v1/break-glass/${inPath(textOption('id', id))}/confirm`, { accept }, b => readReserveAnswer(b), call, {
          repeats: false,
          alsoGood: [409],
        }),
    },
    cord: {
      read: async call => get('/v1/cord', readCord, call),
      pull: async (level, _by, reason) => post('/v1/cord', { level, reason }, readCord),
      release: async (_by, reason) => post('/v1/cord', { level: 'released', reason }, readCord),
    },
  }
}

function readCord(body: unknown): CordState {
  const state = readObject('answer', body)
  literalOption('level', state.level, CORD_LEVELS)
  return state as unknown as CordState
}
