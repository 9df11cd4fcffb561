import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'

export interface Conclusion {
  readonly outcome: string
  readonly resumed: boolean
  readonly caughtBy: string | null
  readonly where: string | null
  readonly afterMs: number | null
  readonly hostsTouched: number
  readonly hosts: number
  readonly requestsTouchedShare: number
  readonly versions: Record<string, number>
  readonly objectsWritten: number
  readonly objectsLost: number
  readonly feature: string
  readonly partialReads: number
}

/** Starts the main job as a user would, in a folder of its own, and collects what it says. */
export function startJob(cwd: string, ...args: string[]): { child: ChildProcess; said: () => string } {
  const child = spawn(process.execPath, [resolve('examples/release/main.ts'), ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on('data', chunk => {
      said += chunk
    })
  }
  return { child, said: () => said }
}

/** Runs the main job to its end. */
export async function runJob(
  cwd: string,
  ...args: string[]
): Promise<{ code: number | null; said: string; run: string; json: Conclusion }> {
  const { child, said } = startJob(cwd, '--small', '--json', ...args)
  const [code] = (await once(child, 'exit')) as [number | null]
  const last = said().trimEnd().split('\n').at(-1)!
  if (!last.startsWith('{')) throw new Error(`the job ended with ${code} and said:\n${said()}`)
  return { code, said: said(), run: /release-\d+-\d+-\d+/.exec(said())![0], json: JSON.parse(last) }
}

/** Every live process below one, by its children and theirs. */
export function descendants(pid: number): number[] {
  const parents = new Map<number, number[]>()
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8')
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
      parents.set(parent, [...(parents.get(parent) ?? []), Number(entry)])
    } catch {
      // It ended while we were looking.
    }
  }
  const below = (p: number): number[] => (parents.get(p) ?? []).flatMap(c => [c, ...below(c)])
  return below(pid)
}

export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2)[0] !== 'Z'
  } catch {
    return false
  }
}
