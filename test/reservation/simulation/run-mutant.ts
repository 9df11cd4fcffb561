import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface KilledMutant {
  readonly name: string
  /** The last line but the stack: how it was found out. Undefined: it was not. */
  readonly by: string | undefined
  readonly ms: number
}

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url))

/** Runs the simulation with one mutant until it is found out, or has lived through all seeds. */
export async function runMutant(name: string, options: { seeds: number; steps: number }): Promise<KilledMutant> {
  const start = performance.now()
  const args = ['--seeds', String(options.seeds), '--steps', String(options.steps), '--no-shrink']
  const child = spawn(process.execPath, ['--import', here('mutate.ts'), here('main.ts'), ...args], {
    env: { ...process.env, ANDON_MUTANT: name },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  // One that turns in circles inside of one step never comes to an end by itself.
  const watch = setTimeout(() => child.kill('SIGKILL'), 240_000)
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', text => (out += text))
  child.stderr.setEncoding('utf8').on('data', text => (err += text))
  const [code, signal] = await new Promise<[number | null, string | null]>(done =>
    child.on('close', (c, s) => done([c, s])),
  )
  clearTimeout(watch)
  const ms = Math.round(performance.now() - start)
  if (signal !== null) return { name, by: 'it never came to an end', ms }
  // Whatever is not the simulation's own word is a mistake of the mutant or of the set-up.
  if (code !== 0 && !out.includes('again: ')) throw new Error(`mutant ${name}: ${err || out}`)
  return { name, by: code === 0 ? undefined : wordsOf(out), ms }
}

const wordsOf = (out: string) => {
  const seed = /--seed (\d+)/.exec(out)?.[1]
  return `${out.split('\n')[0]!.slice(0, 160)} (seed ${seed})`
}
