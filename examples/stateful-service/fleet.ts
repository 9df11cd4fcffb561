import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type HostProcess, startHost } from './host-process.ts'
import { FLEET, shortName } from './topology.ts'

const CALL_MS = 1000

/** The hosts' processes, and how they are reached. */
export class Fleet {
  #folder: string
  #running = new Map<string, HostProcess>()

  constructor(folder: string) {
    this.#folder = folder
  }

  async startAll(version: string): Promise<void> {
    await Promise.all(FLEET.map(({ id }) => this.start(id, version)))
  }

  async start(host: string, version: string): Promise<void> {
    const folder = join(this.#folder, shortName(host))
    await mkdir(folder, { recursive: true, mode: 0o700 })
    this.#running.set(host, await startHost(folder, version))
  }

  /** With SIGKILL, it is gone in the middle of whatever it was doing. */
  async stop(host: string, signal?: NodeJS.Signals): Promise<void> {
    const running = this.#running.get(host)
    this.#running.delete(host)
    await running?.stop(signal)
  }

  /** Asks a host. Rejects unless it answers 200 in time. */
  async ask(host: string, method: string, path: string, body?: unknown, epoch?: number): Promise<unknown> {
    const running = this.#running.get(host)
    if (!running) throw new Error(`${host} is not there`)
    const answer = await fetch(`${running.origin}${path}`, {
      method,
      signal: AbortSignal.timeout(CALL_MS),
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(epoch !== undefined && { headers: { 'x-epoch': String(epoch) } }),
    })
    const text = await answer.text()
    if (answer.status !== 200) throw new Error(`${host} answered ${answer.status}`)
    return text === '' ? undefined : JSON.parse(text)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running.keys()].map(host => this.stop(host, 'SIGKILL')))
  }
}
