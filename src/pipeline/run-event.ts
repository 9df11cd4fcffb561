import type { HostInfo } from '../core/deployer.ts'
import type { PlaceId } from '../core/place.ts'
import type { Verdict } from '../core/verdict.ts'
import type { Plan } from './plan.ts'
import type { Verification } from './run-state.ts'

/**
 * What happens to a run. Plain data, each with the time at which it happened; those that change the state make up the
 * journal. The passing of time is an event like any other.
 */
export type RunEvent =
  | {
      type: 'run-started'
      at: number
      run: string
      version: string
      previousVersion?: string
      planHash: string
      plan: Plan
    }
  | { type: 'hosts-listed'; at: number; place: PlaceId; hosts: readonly HostInfo[] }
  | { type: 'resumed'; at: number; holder: string }
  | { type: 'rollback-requested'; at: number; by: string; reason: string }
  | { type: 'time'; at: number; track: number; epoch: number; why: 'ask' | 'retry' }
  | { type: 'gates-answered'; at: number; track: number; epoch: number; askedAt: number; answers: readonly Verdict[] }
  /** The cord forbade it just before the effect; the host is tried again when the cord is let go. */
  | { type: 'host-refused'; at: number; track: number; host: PlaceId; answer: Verdict }
  /** The host has the version already, and not from this run. */
  | { type: 'host-skipped'; at: number; track: number; host: PlaceId }
  | { type: 'deploy-intended'; at: number; track: number; host: PlaceId; from: string }
  | { type: 'deployed'; at: number; track: number; host: PlaceId; recovered?: boolean }
  | { type: 'deploy-failed'; at: number; track: number; host: PlaceId; code: string; message: string }
  | { type: 'rollback-intended'; at: number; track: number; host: PlaceId }
  | { type: 'rolled-back'; at: number; track: number; host: PlaceId; recovered?: boolean }
  | { type: 'rollback-failed'; at: number; track: number; host: PlaceId; code: string; message: string }
  | ({ type: 'verified'; look: number } & Verification)
