import { mutants } from './mutants.ts'
import { runMutant } from './run-mutant.ts'

/** All of them, or those that are named: who was found out, by what and how fast. */
const named = process.argv.slice(2).filter(a => !a.startsWith('--'))
const chosen = mutants.filter(m => named.length === 0 || named.some(n => m.name.includes(n)))
let alive = 0
for (const { name, equivalent } of chosen) {
  const { by, ms } = await runMutant(name, { seeds: equivalent === undefined ? 2000 : 100, steps: 1000 })
  if (by === undefined && equivalent === undefined) alive++
  console.log(`${by === undefined ? 'LIVES ' : 'killed'} ${name} ${ms} ms ${by ?? equivalent ?? ''}`)
}
console.log(`${chosen.length} mutants, ${alive} live`)
