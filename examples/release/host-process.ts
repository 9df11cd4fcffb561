import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { s3rverProgram } from './versions.ts'

const GUARD = fileURLToPath(new URL('./child-guard.mjs', import.meta.url))
const START_MS = 15_000

/** A running s3rver. */
export interface HostProcess {
  readonly origin: string
  readonly pid: number
  /** Settles when the process has ended. */
  readonly exited: Promise<void>
  stop(): Promise<void>
}

/** Starts one version of s3rver on a free port of 127.0.0.1; rejects when it ends before it listens. */
export async function startS3rver(version: string, folder: string, fault?: string): Promise<HostProcess> {
  const args = [
    '--import',
    GUARD,
    s3rverProgram(version),
    '-d',
    folder,
    '-a',
    '127.0.0.1',
    '-p',
    '0',
    '-s',
    '--no-vhost-buckets',
  ]
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, NODE_NO_WARNINGS: '1', ...(fault ? { ANDON_FAULT: fault } : {}) },
  })
  const exited = once(child, 'exit').then(() => undefined)
  let said = ''
  child.stderr!.on('data', chunk => {
    said = (said + chunk).slice(-500)
  })
  try {
    const port = await listeningPort(child, () => said)
    return { origin: `http://127.0.0.1:${port}`, pid: child.pid!, exited, stop: () => end(child, exited) }
  } catch (error) {
    await end(child, exited)
    throw error
  }
}

function listeningPort(child: ChildProcess, said: () => string): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`s3rver did not listen within ${START_MS} ms`)), START_MS)
    let out = ''
    child.stdout!.on('data', chunk => {
      out += chunk
      const port = /listening on 127\.0\.0\.1:(\d+)/.exec(out)?.[1]
      if (port) {
        clearTimeout(timer)
        resolve(Number(port))
      }
    })
    child.once('exit', (code, signal) => {
      clearTimeout(timer)
      reject(new Error(`s3rver ended at start (${signal ?? code}): ${said().trim()}`))
    })
    child.once('error', reject)
  })
}

async function end(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 2000)
  await exited
  clearTimeout(timer)
}
