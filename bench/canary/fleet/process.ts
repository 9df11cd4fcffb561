import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** What a fleet says of itself, since it was last asked. */
export interface Usage {
  readonly runs: number
  readonly failed: number
  /** Runs that were tried twice: the two attempts are two of the runs. */
  readonly retests: number
  /** Of one core, 0–1. */
  readonly share: number
  readonly latenessP99: number
  /** Bytes in use on the heap; after a collection when it was asked for memory. */
  readonly heap: number
}

/** Starts the server; its URL. */
export async function startServer(): Promise<{ url: string; kill(): void }> {
  const child = fork(fileURLToPath(new URL('./server.ts', import.meta.url)))
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  return { url: `http://127.0.0.1:${port}/`, kill: () => void child.kill() }
}

/** Starts a fleet of so many checks. */
export function startFleet(mode: 'ours' | 'bare', url: string, checks: number, everyMs: number) {
  const worker = fileURLToPath(new URL('./worker.ts', import.meta.url))
  const child = fork(worker, [mode, url, String(checks), String(everyMs)], { execArgv: ['--expose-gc'] })
  return {
    async ask(what: 'cpu' | 'memory'): Promise<Usage> {
      child.send(what)
      return ((await once(child, 'message')) as [Usage])[0]
    },
    kill: () => void child.kill(),
  }
}
