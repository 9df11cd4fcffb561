import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

// Ends the process when this one is gone, however it went.
const GUARD = fileURLToPath(new URL('../release/child-guard.mjs', import.meta.url))
const PROGRAM = fileURLToPath(new URL('host.ts', import.meta.url))

/** A host's process. */
export interface HostProcess {
  readonly origin: string
  /** Ends it, by SIGTERM unless another signal is named; resolves when it has ended. */
  stop(signal?: NodeJS.Signals): Promise<void>
}

/** Starts one version on a host's folder. Rejects when it ends before it listens. */
export async function startHost(folder: string, version: string): Promise<HostProcess> {
  const child = spawn(process.execPath, ['--import', GUARD, PROGRAM, folder, version], {
    // What a terminal tells this process is not for the hosts: they go on until they are ended.
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...process.env, NODE_NO_WARNINGS: '1', ANDON_FAULT: '' },
  })
  const exited = once(child, 'exit')
  const ended = exited.then(() => {
    throw new Error(`${folder}: the host ended at its start`)
  })
  // Nobody waits for it any more once it listens.
  ended.catch(() => {})
  const line = once(createInterface(child.stdout!), 'line') as Promise<[string]>
  const [said] = await Promise.race([line, ended])
  return {
    origin: `http://127.0.0.1:${said.split(' ').at(-1)}`,
    async stop(signal = 'SIGTERM') {
      child.kill(signal)
      const timer = setTimeout(() => child.kill('SIGKILL'), 3000)
      await exited
      clearTimeout(timer)
    },
  }
}
