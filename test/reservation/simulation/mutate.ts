import { registerHooks } from 'node:module'
import { mutants } from './mutants.ts'

/** Preloaded by the process that runs a mutant: changes one file as it is loaded. */
const name = process.env.ANDON_MUTANT
const mutant = mutants.find(m => m.name === name)
if (!mutant) throw new Error(`there is no mutant ${name}`)

let isChanged = false

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    if (!url.endsWith(`/src/reservation/${mutant.file}`)) return loaded
    const source = String(typeof loaded.source === 'string' ? loaded.source : Buffer.from(loaded.source as Uint8Array))
    const places = source.split(mutant.text).length - 1
    // Whoever changes the code has to change the mutant.
    if (places !== 1) throw new Error(`mutant ${name}: its text is ${places} times in ${mutant.file}`)
    isChanged = true
    return { ...loaded, source: source.replace(mutant.text, () => mutant.by) }
  },
})

process.on('exit', () => {
  if (isChanged) return
  console.error(`mutant ${name}: ${mutant.file} was never loaded`)
  process.exitCode = 3
})
