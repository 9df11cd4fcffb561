import { deadline } from '../core/abort.ts'
import { ask } from '../core/ask.ts'
import type { Clock } from '../core/clock.ts'
import { type CordReader, type CordState, cordVerdict, type EffectKind, unreadableCord } from '../core/cord.ts'
import type { Gate, GateContext } from '../core/gate.ts'
import { describe } from '../core/options.ts'
import { verdictOfError } from '../core/read-verdict.ts'
import { type Verdict, verdict } from '../core/verdict.ts'
import type { Question } from './effect.ts'
import type { DataPoints } from './run-options.ts'

export interface QuestionsRim {
  /** The cord's answer now. A cord that throws, hangs or answers nonsense counts as frozen. */
  cord(kind: EffectKind): Promise<Verdict>
  /** All answers to a question; early with those that are there when one of them ends the way forward. */
  ask(
    question: Question,
    context: Omit<GateContext, 'signal' | 'place' | 'phase' | 'since'>,
  ): Promise<readonly Verdict[]>
}

export function questionsRim(
  gates: Readonly<Record<string, Gate>>,
  cord: CordReader | undefined,
  dataPoints: DataPoints | undefined,
  clock: Clock,
  timeoutMs: number,
  outer: AbortSignal,
): QuestionsRim {
  const readCord = async (): Promise<CordState> => {
    if (!cord) return { level: 'released', by: 'andon', reason: 'no cord', at: clock.now() }
    try {
      const state: CordState = await deadline(clock, timeoutMs, 'cord', signal => cord.read({ signal }), outer)
      const { level, by, reason, at } = state ?? {}
      if (level === 'released' || level === 'hold' || level === 'freeze') {
        return { level, by: String(by), reason: String(reason), at: Number(at) || 0 }
      }
      return unreadableCord(`expected a level, got ${describe(state)}`, clock.now())
    } catch (error) {
      outer.throwIfAborted()
      return unreadableCord(error instanceof Error ? error.message : describe(error), clock.now())
    }
  }
  const countData = async (needed: number, context: GateContext): Promise<Verdict> => {
    const { place = '', version, since } = context
    const subject = { source: 'data-points', subject: { place, version }, at: clock.now() }
    try {
      const count: unknown = await deadline(
        clock,
        timeoutMs,
        'data-points',
        signal => dataPoints!({ place, version, since, signal }),
        outer,
      )
      if (typeof count !== 'number' || !Number.isFinite(count) || count < 0) {
        return verdict('wait', subject, 'malformed', `data points: expected a number, got ${describe(count)}`)
      }
      const text = `${count} data points at ${place}, ${needed} needed`
      return verdict(
        count >= needed ? 'go' : 'wait',
        { ...subject, evidence: { count, needed } },
        count >= needed ? 'enough-data' : 'few-data',
        text,
      )
    } catch (error) {
      outer.throwIfAborted()
      return verdictOfError(error, subject)
    }
  }
  const cordNow = async (kind: EffectKind) => cordVerdict(await readCord(), kind, clock.now())

  return {
    cord: cordNow,
    async ask(question, about) {
      const { place, phase, since } = question
      const context: GateContext = { ...about, phase, since, signal: outer, ...(place === undefined ? {} : { place }) }
      const answers: Verdict[] = []
      const { promise: early, resolve } = Promise.withResolvers<void>()
      const collect = async (answer: Promise<Verdict>, decisive: boolean) => {
        const given = await answer
        answers.push(given)
        // A slow gate must not keep a roll-back waiting; for less than that, the others are heard first.
        if (given.decision === 'stop' && decisive) resolve()
      }
      const all = question.gates.map(policy => {
        const given = Object.hasOwn(gates, policy.gate) ? gates[policy.gate] : undefined
        // Answers go by the plan's name for the gate, whatever it calls itself.
        const gate = given ? { name: policy.gate, check: (c: GateContext) => given.check(c) } : missingGate(policy.gate)
        return collect(ask(gate, context, { timeoutMs, clock }), policy.onStop === 'rollback')
      })
      all.push(collect(cordNow(question.effects), false))
      if (question.dataPoints !== null) all.push(collect(countData(question.dataPoints, context), false))
      await Promise.race([Promise.all(all), early])
      return [...answers]
    },
  }
}

/** A gate that the plan names and nobody brought along. */
const missingGate = (name: string): Gate => ({
  name,
  check: () => Promise.reject(new Error('the plan names this gate, and none was given')),
})
