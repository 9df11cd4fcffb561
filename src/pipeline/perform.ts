import type { Clock } from '../core/clock.ts'
import type { EffectKind } from '../core/cord.ts'
import { isAndonError } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import { describe } from '../core/options.ts'
import type { PlaceId } from '../core/place.ts'
import type { DeployerRim } from './deployer-rim.ts'
import type { Effect } from './effect.ts'
import type { QuestionsRim } from './questions-rim.ts'
import type { RunEvent } from './run-event.ts'
import type { RunState } from './run-state.ts'
import { lookAtHosts } from './verify-hosts.ts'

/** What carrying out effects needs from the run around it. */
export interface World {
  readonly deployer: DeployerRim
  readonly questions: QuestionsRim
  readonly clock: Clock
  readonly logger: Logger
  readonly state: () => RunState
  readonly escalate: (host: PlaceId, message: string) => void
}

type Doing<K extends Effect['kind']> = Extract<Effect, { kind: K }>

/** Carries one effect out and resolves to the event that answers it. Rejects only when the run is being stopped. */
export async function perform(
  world: World,
  effect: Exclude<Effect, { kind: 'wake' | 'end' }>,
): Promise<RunEvent | undefined> {
  switch (effect.kind) {
    case 'ask':
      return askGates(world, effect)
    case 'prepare':
      return effect.action === 'deploy' ? prepareDeploy(world, effect) : prepareRollback(world, effect)
    case 'deploy':
      return deploy(world, effect)
    case 'rollback':
      return rollback(world, effect)
    case 'verify':
      return { type: 'verified', look: effect.look, ...(await lookAtHosts(world.deployer, world.state(), world.clock)) }
    case 'escalate':
      world.logger.error(`ROLL-BACK FAILED on ${effect.host}: ${effect.message}; somebody must look at it`, effect)
      world.escalate(effect.host, effect.message)
      return undefined
  }
}

async function askGates(
  { questions, state, clock }: World,
  { track, epoch, question }: Doing<'ask'>,
): Promise<RunEvent> {
  const { run, version, previousVersion } = state()
  const answers = await questions.ask(question, {
    run,
    version,
    ...(previousVersion === undefined ? {} : { previousVersion }),
  })
  return { type: 'gates-answered', at: clock.now(), track, epoch, askedAt: question.askedAt, answers }
}

/** The cord's refusal as an event, or nothing when it allows the effect. */
async function refused(
  { questions, clock }: World,
  kind: EffectKind,
  track: number,
  host: PlaceId,
): Promise<RunEvent | undefined> {
  const answer = await questions.cord(kind)
  return answer.decision === 'go' ? undefined : { type: 'host-refused', at: clock.now(), track, host, answer }
}

/** Looks at the host before the intent is written down: what a roll-back will go back to must be known first. */
async function prepareDeploy(world: World, { track, host }: Doing<'prepare'>): Promise<RunEvent> {
  const { deployer, clock, state } = world
  const no = await refused(world, 'forward', track, host)
  if (no) return no
  return settle('deploy-failed', world, track, host, async () => {
    const from = await deployer.version(host)
    if (from !== state().version) return { type: 'deploy-intended', at: clock.now(), track, host, from }
    if (wasTouched(state(), host)) return { type: 'deployed', at: clock.now(), track, host, recovered: true }
    return { type: 'host-skipped', at: clock.now(), track, host }
  })
}

async function prepareRollback(world: World, { track, host }: Doing<'prepare'>): Promise<RunEvent> {
  return (
    (await refused(world, 'rollback', track, host)) ?? { type: 'rollback-intended', at: world.clock.now(), track, host }
  )
}

async function deploy(world: World, { track, host, key, resumed }: Doing<'deploy'>): Promise<RunEvent> {
  const { deployer, clock, state } = world
  const { version } = state()
  // The last runner may have been killed between the deed and its record.
  if (resumed && (await deployer.version(host).catch(() => undefined)) === version) {
    return { type: 'deployed', at: clock.now(), track, host, recovered: true }
  }
  const no = await refused(world, 'forward', track, host)
  if (no) return no
  return settle('deploy-failed', world, track, host, async () => {
    await deployer.deploy(key, host, version)
    return { type: 'deployed', at: clock.now(), track, host }
  })
}

async function rollback(world: World, { track, host, to, key }: Doing<'rollback'>): Promise<RunEvent> {
  const { deployer, clock } = world
  const no = await refused(world, 'rollback', track, host)
  if (no) return no
  return settle('rollback-failed', world, track, host, async () => {
    // Called even for a host that already runs `to`: a deployment that timed out may still be on its way there.
    await deployer.rollback(key, host, to)
    return { type: 'rolled-back', at: clock.now(), track, host }
  })
}

async function settle(
  failed: 'deploy-failed' | 'rollback-failed',
  { clock }: World,
  track: number,
  host: PlaceId,
  work: () => Promise<RunEvent>,
): Promise<RunEvent> {
  try {
    return await work()
  } catch (error) {
    if (!isAndonError(error)) throw error
    return { type: failed, at: clock.now(), track, host, code: error.code, message: error.message || describe(error) }
  }
}

function wasTouched(state: RunState, host: PlaceId): boolean {
  for (let t = state.touched; t; t = t.before) if (t.host === host) return true
  return false
}
