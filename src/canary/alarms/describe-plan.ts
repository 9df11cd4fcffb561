import type { AlarmPlan } from './plan-alarms.ts'

/** A plan in words, a line a step and a line a field that changes. */
export function describeAlarmPlan(plan: AlarmPlan): string {
  const show = (value: unknown) => (value === undefined ? '(not set)' : JSON.stringify(value))
  return plan.steps
    .map(step => {
      if (step.action === 'foreign') return `! ${step.name}: left alone: ${step.why}`
      if (step.action === 'create') return `+ ${step.name}`
      if (step.action === 'delete') return `- ${step.name}`
      if (step.action === 'unchanged') return `= ${step.name}`
      const fields = step.changes.map(({ field, before, after }) => `    ${field}: ${show(before)} → ${show(after)}`)
      return [`~ ${step.name}${step.takenOver ? ' (was not made here)' : ''}`, ...fields].join('\n')
    })
    .join('\n')
}
