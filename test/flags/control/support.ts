import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppConfigClient } from '@aws-sdk/client-appconfig'
import { onTestFinished } from 'vitest'
import { virtualClock } from '../../../src/core/index.ts'
import { appConfigWriter, type DocumentWriter } from '../../../src/flags/control/index.ts'
import { startAppConfigServer } from '../../../src/testing/index.ts'

export const NAMES = { application: 'shop', environment: 'prod', profile: 'flags' }
export const WHO = { by: 'ada', reason: 'a test' }

/** A control plane on this machine with a client of the real SDK. Deployments go on when the clock does. */
export async function controlPlane(options: { strategy?: string; maxAttempts?: number } = {}) {
  const clock = virtualClock(Date.UTC(2026, 0, 1))
  const server = await startAppConfigServer({ ...NAMES, clock })
  const client = new AppConfigClient({
    endpoint: server.endpoint,
    region: 'eu-north-1',
    maxAttempts: options.maxAttempts ?? 2,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
  })
  onTestFinished(async () => {
    client.destroy()
    await server.close()
  })
  const writer = appConfigWriter({ ...NAMES, client, pollMs: 5, strategy: options.strategy ?? 'test-at-once' })
  return { clock, server, client, writer }
}

export function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'andon-control-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

/** A writer in memory, for what is not about writing. */
export function memoryWriter(content?: Record<string, unknown>): DocumentWriter & { writes: number; urgent: number } {
  let version = content ? 1 : 0
  let current = content
  return {
    name: 'memory',
    writes: 0,
    urgent: 0,
    read: async () => (current ? { content: structuredClone(current), version: String(version) } : undefined),
    async write(next) {
      this.writes++
      current = structuredClone(next)
      return { content: next, version: String(++version) }
    },
    stop: async () => false,
  }
}
