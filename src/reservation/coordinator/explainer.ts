import { cordAllows } from '../../core/cord.ts'
import { invalid, literalOption } from '../../core/options.ts'
import type { Verdict } from '../../core/verdict.ts'
import { CHECKS } from '../decide/checks.ts'
import { readHostId } from '../model/host-record.ts'
import { ACTIVITIES } from '../model/read-policy.ts'
import type { Coordinator, Step } from './coordinator.ts'
import type { World } from './world.ts'

/** Says what each check says, in their order, and writes nothing. */
export function explainer({ ready, writer, state, service, options }: World): Coordinator['explain'] {
  const outsideCord = async (signal: AbortSignal | undefined): Promise<Step | undefined> => {
    if (!options.cord) return undefined
    const cord = await service.readCord(options.cord, signal)
    if (cordAllows(cord, 'forward')) return undefined
    const message = `${cord.level} by ${cord.by}: ${cord.reason}`
    return { step: 'cord', ok: false, reasons: [{ code: 'cord', message }], change: 'the cord is released' }
  }
  return async (request, call) => {
    if (typeof request !== 'object' || request === null) throw invalid('request', 'an object', request)
    const { host: id, activity } = request
    readHostId('host', id)
    literalOption('activity', activity, ACTIVITIES)
    await ready(call)
    await writer.sync(call?.signal)
    const host = state.hosts.find(id)
    const candidate = { host, activity, now: writer.time.now() }
    const steps: Step[] = []
    for (const { step, check } of CHECKS) {
      const refusal = check(state, candidate)
      if (!refusal) steps.push({ step, ok: true, reasons: [] })
      else {
        const { code, message, change, detail } = refusal
        steps.push({ step, ok: false, reasons: [{ code, message, ...(detail !== undefined && { detail }) }], change })
      }
      // Nothing can be asked of a host that nobody knows.
      if (host < 0) return { host: id, activity, grantable: false, steps }
    }
    const question = service.question(state, host, id, activity, [])
    const [outside, budget, safety] = await Promise.all([
      outsideCord(call?.signal),
      service.isInBudget(question, call?.signal),
      service.isSafe(question, call?.signal),
    ])
    if (outside) steps[steps.length - 1] = outside
    if (budget) steps.push(stepOf('budget', budget))
    steps.push(stepOf('safety', safety))
    return { host: id, activity, grantable: steps.every(s => s.ok), steps }
  }
}

function stepOf(step: string, { decision, reasons, source }: Verdict): Step {
  if (decision === 'go') return { step, ok: true, reasons }
  return { step, ok: false, reasons, change: decision === 'stop' ? `${source} says go` : `${source} can tell` }
}
