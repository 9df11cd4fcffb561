// npm run bench -- SUBJECT … [--json]: measures, holds each figure against its goal, keeps the results. A missed goal is
// printed and changes no exit code: a benchmark tells, it does not judge.
import { appendFileSync, mkdirSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import type { Figure } from './figure.ts'

const SUBJECTS: Record<string, () => Promise<{ measure: (tell: (figure: Figure) => void) => Promise<void> }>> = {
  shadow: () => import('./shadow/main.ts'),
  package: () => import('./package.ts'),
  pipeline: () => import('./pipeline.ts'),
  canary: () => import('./canary/main.ts'),
  scenarios: () => import('./scenarios/main.ts'),
  reservation: () => import('./reservation/main.ts'),
  flags: () => import('./flags/main.ts'),
}

const words = process.argv.slice(2)
const json = words.includes('--json')
const subjects = words.filter(w => !w.startsWith('--'))
const unknown = subjects.filter(s => !SUBJECTS[s])
if (subjects.length === 0 || unknown.length > 0) {
  console.error(
    `bench: expected one or more of ${Object.keys(SUBJECTS).join(', ')}; got ${unknown.join(', ') || 'nothing'}`,
  )
  process.exit(2)
}
const machine = { node: process.version, cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30) }
if (!json) console.log(`Node ${machine.node}, ${machine.cores} cores, ${machine.memoryGiB} GiB`)
mkdirSync('bench/results', { recursive: true })
for (const subject of subjects) {
  const { measure } = await SUBJECTS[subject]!()
  await measure(one => {
    const { figure, value, unit, goal, met, beside } = one
    appendFileSync(
      `bench/results/${subject}.ndjson`,
      `${JSON.stringify({ date: new Date().toISOString().slice(0, 10), machine, ...one })}\n`,
    )
    if (json) console.log(JSON.stringify(one))
    else
      console.log(
        `  ${met === undefined ? '   ' : met ? 'met' : 'NOT'}  ${figure}: ${value} ${unit}${goal ? ` (goal ${goal.op} ${goal.value})` : ''}${beside ? `, beside ${beside}` : ''}`,
      )
  })
}
