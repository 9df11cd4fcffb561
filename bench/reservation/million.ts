import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Figure, figure } from '../figure.ts'

interface Recovered {
  readonly seconds: number
  readonly megabytes: number
  readonly explain: number
  readonly explainP99: number
}

/** A million hosts in one embedded coordinator on SQLite: filled, killed with -9, started again, twice. */
export async function measureMillion(tell: (figure: Figure) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'andon-bench-'))
  const path = join(folder, 'cell.db')
  try {
    const filled = (await child('fill', path)) as { megabytes: number }
    const killed = (await child('recover', path)) as Recovered
    const closed = (await child('recover', path)) as Recovered
    const told = (name: string, value: number, unit: string, beside: string) =>
      tell(figure('reservation', name, value, unit, beside))
    const words = `after a clean end ${closed.megabytes.toFixed(0)} MB; right after adding them ${filled.megabytes.toFixed(0)} MB`
    told('1,000,000 hosts, resident memory added', killed.megabytes, 'MB', words)
    told(
      '1,000,000 hosts, recovery after kill -9',
      killed.seconds,
      's',
      `after a clean end ${closed.seconds.toFixed(2)} s`,
    )
    const explain = Math.max(killed.explainP99, closed.explainP99)
    told('1,000,000 hosts, explain p99', explain, 'ms', `median ${closed.explain.toFixed(3)} ms`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function child(what: 'fill' | 'recover', path: string): Promise<unknown> {
  const program = fileURLToPath(new URL('./million-child.ts', import.meta.url))
  const process = fork(program, [what, path], { execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning'] })
  const [said] = (await once(process, 'message')) as [unknown]
  if (what === 'fill') process.send('die')
  await once(process, 'exit')
  return said
}
