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
  const steps = ['--steps', String(options.steps)]
  const args = ['--seeds', String(options.seeds), ...steps]
  const { code, signal, out, err } = await run(['--import', here('mutate.ts'), here('main.ts'), ...args], name)
  const ms = Math.round(performance.now() - start)
  if (signal !== null) return { name, by: 'it never came to an end', ms }
  // Whatever is not the simulation's own word is a mistake of the mutant or of the set-up.
  if (code !== 0 && !out.includes('again: ')) throw new Error(`mutant ${name}: ${err || out}`)
  if (code === 0) return { name, by: undefined, ms }
  const seed = /--seed (\d+)/.exec(out)![1]!
  const original = await run([here('main.ts'), '--seed', seed, ...steps], undefined)
  // What the code as it is fails at as well says nothing about the mutant.
  if (original.code !== 0) throw new Error(`mutant ${name}: seed ${seed} fails without it too: ${original.out}`)
  return { name, by: `${out.split('\n')[0]!.slice(0, 160)} (seed ${seed})`, ms }
}

async function run(argv: readonly string[], mutant: string | undefined) {
  const child = spawn(process.execPath, [...argv, '--no-shrink'], {
    env: { ...process.env, ...(mutant && { ANDON_MUTANT: mutant }) },
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
  return { code, signal, out, err }
}
