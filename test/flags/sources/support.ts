import { AppConfigDataClient } from '@aws-sdk/client-appconfigdata'
import { onTestFinished } from 'vitest'
import { virtualClock } from '../../../src/core/index.ts'
import type { FlagSource, SourceHandle, SourceSink } from '../../../src/flags/source.ts'
import { type AppConfigSourceOptions, appConfigSource } from '../../../src/flags/sources/app-config-source.ts'
import { type AppConfigServerOptions, startAppConfigServer } from '../../../src/testing/index.ts'

/** What a source told. */
export type Told =
  | { kind: 'document'; content: string | object; version: string }
  | { kind: 'unchanged' }
  | { kind: 'failed'; code: string; message: string }

/** A sink that keeps what it is told, in order. */
export function recorder() {
  const told: Told[] = []
  let waiting: (() => void) | undefined
  let taken = 0
  const take = (event: Told) => {
    told.push(event)
    waiting?.()
  }
  const sink: SourceSink = {
    document: ({ content, version }) => take({ kind: 'document', content, version }),
    unchanged: () => take({ kind: 'unchanged' }),
    failed: ({ code, message }) => take({ kind: 'failed', code, message }),
  }
  return {
    sink,
    told,
    /** The next thing told that nobody took yet, waited for. */
    async next(): Promise<Told> {
      while (told.length === taken) await new Promise<void>(done => (waiting = done))
      return told[taken++]!
    },
    /** Takes what was told till now. */
    drain: () => void (taken = told.length),
  }
}

/** Starts a source that is closed when the test is over. */
export function start(source: FlagSource) {
  const record = recorder()
  const handle: SourceHandle = source.start(record.sink)
  onTestFinished(() => handle.close())
  return { ...record, handle }
}

export const START = Date.UTC(2026, 0, 1)
export const NAMES = { application: 'shop', environment: 'prod', profile: 'flags' }
export const ONE = '{"new-checkout":{"enabled":true}}'
export const TWO = '{"new-checkout":{"enabled":false}}'

/** A client as a user makes it: with the SDK's own retries on (few, because they wait in real time). */
export function sdkClient(endpoint: string): AppConfigDataClient {
  const client = new AppConfigDataClient({
    endpoint,
    region: 'eu-north-1',
    maxAttempts: 2,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
  })
  onTestFinished(() => client.destroy())
  return client
}

/** A source with the real SDK against the loopback server; both live by one virtual clock. Jitter: none. */
export async function onServer(
  options: Partial<AppConfigSourceOptions> = {},
  serverOptions: AppConfigServerOptions = { content: ONE },
) {
  const clock = virtualClock(START)
  const server = await startAppConfigServer({ clock, ...serverOptions })
  onTestFinished(() => server.close())
  const client = sdkClient(server.endpoint)
  const begin = () => {
    const started = start(appConfigSource({ ...NAMES, client, clock, random: () => 0, ...options }))
    return {
      ...started,
      /** Lets time pass, and takes what is told then. */
      async after(ms: number) {
        await clock.advance(ms)
        return started.next()
      },
    }
  }
  return { clock, server, client, begin }
}
