import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Pool } from 'undici'

/** What a server process says of itself. */
export interface Usage {
  readonly cpuUs: number
  readonly peak: number
  readonly same: number
  readonly mirrored: number
  readonly skipped: number
  readonly failures: number
}

export interface Process {
  readonly origin: string
  begin(): Promise<void>
  end(): Promise<Usage>
  kill(): void
}

/** Starts one of the benchmark's processes; it ends with this one. */
export async function start(file: string, ...args: string[]): Promise<Process> {
  const child: ChildProcess = fork(fileURLToPath(new URL(file, import.meta.url)), args, {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  const ask = async (what: string) => {
    child.send(what)
    return ((await once(child, 'message')) as [unknown])[0]
  }
  return {
    origin: `http://127.0.0.1:${port}`,
    begin: async () => void (await ask('begin')),
    end: async () => (await ask('end')) as Usage,
    kill: () => void child.kill(),
  }
}

export interface Loaded {
  readonly usage: Usage
  readonly perSecond: number
  readonly p99Ms: number
  readonly failed: number
}

/** Sends so many requests, sixteen at a time, and asks the server what that took. */
export async function load(server: Process, requests: number): Promise<Loaded> {
  const pool = new Pool(server.origin, { connections: 16 })
  const latencies: number[] = []
  let left = requests
  let failed = 0
  const client = async () => {
    while (left-- > 0) {
      const from = performance.now()
      try {
        const { statusCode, body } = await pool.request({ path: '/items/1', method: 'GET' })
        await body.dump()
        if (statusCode !== 200) failed++
      } catch {
        failed++
      }
      latencies.push(performance.now() - from)
    }
  }
  await server.begin()
  const from = performance.now()
  await Promise.all(Array.from({ length: 16 }, client))
  const seconds = (performance.now() - from) / 1000
  // Copies that are still under way are part of what requests cost.
  await new Promise(resolve => setTimeout(resolve, 100))
  const usage = await server.end()
  await pool.close()
  latencies.sort((a, b) => a - b)
  return { usage, perSecond: requests / seconds, p99Ms: latencies[Math.floor(latencies.length * 0.99)]!, failed }
}
