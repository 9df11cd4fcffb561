import { duration } from '../core/durations.ts'
import type { Bake, Plan } from './plan.ts'
import { fleet, simulatePipeline } from './simulate.ts'

/** What the total time is estimated from; all are assumptions that the plan itself does not hold. */
export interface DescribePlanOptions {
  /** Default 3. */
  readonly zones?: number
  /** Default 10. */
  readonly hostsPerZone?: number
  /** How long one host's deployment takes, in milliseconds. Default 60,000. */
  readonly deployMs?: number
}

/** A plan for people: its stages and waves, line by line, and how long it takes when nothing goes wrong. */
export function describePlan(plan: Plan, options: DescribePlanOptions = {}): string {
  const { zones = 3, hostsPerZone = 10, deployMs = 60_000 } = options
  const lines = [`${plan.name}`]
  const gates = (list: readonly { gate: string; onStop: string }[]) =>
    list.map(g => `${g.gate} (stop: ${g.onStop})`).join(', ')
  for (const [i, stage] of plan.stages.entries()) {
    if (stage.kind === 'check') {
      lines.push(`${i + 1}. ${stage.name}: gates ${gates(stage.gates)}`)
      continue
    }
    lines.push(
      `${i + 1}. ${stage.name}${stage.regions.length > 1 ? `: ${stage.regions.length} regions side by side` : ''}`,
    )
    for (const r of stage.regions) {
      lines.push(`   ${r.place}`)
      lines.push(`     validator  ${gates(r.validator.gates)}; bake ${bake(r.validator.bake)}`)
      if (r.oneBox) lines.push(`     one box    bake ${bake(r.oneBox.bake)}`)
      lines.push(`     each zone  ${(r.share * 100).toFixed(0)} % of its hosts at once; bake ${bake(r.bake)}`)
      if (r.gates.length > 0) lines.push(`     watched by ${gates(r.gates)}`)
    }
  }
  if (plan.watch.length > 0) lines.push(`watched by ${gates(plan.watch)}`)
  const { durationMs } = simulatePipeline(plan, { hosts: fleet(zones, hostsPerZone), deployMs })
  lines.push(
    `total ${duration(durationMs)}, if every region has ${zones} zones of ${hostsPerZone} hosts and a host takes ${duration(deployMs)}`,
  )
  return lines.join('\n')
}

function bake({ durationMs, dataPoints }: Bake): string {
  const data =
    typeof dataPoints === 'number' ? `and ${dataPoints} data points` : `(data points waived: ${dataPoints.waived})`
  return `${duration(durationMs)} ${data}`
}
