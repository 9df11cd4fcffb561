// A cluster whose workers each start one source; the primary is the service that they poll. Prints how many sessions
// there were, and ends when its workers, which have nothing else to do, have ended.
import cluster from 'node:cluster'
import { once } from 'node:events'
import { AppConfigDataClient } from '@aws-sdk/client-appconfigdata'
import { appConfigSource } from '../../../src/flags/sources/app-config-source.ts'
import { startAppConfigServer } from '../../../src/testing/index.ts'

const WORKERS = 2
if (cluster.isPrimary) {
  const server = await startAppConfigServer({ content: { flag: { enabled: true } } })
  const workers = Array.from({ length: WORKERS }, () => cluster.fork({ ENDPOINT: server.endpoint }))
  const versions = await Promise.all(workers.map(async worker => (await once(worker, 'message'))[0] as string))
  console.log(`versions ${versions.join()}; sessions ${server.counts.start}, calls ${server.counts.get}`)
  const codes = workers.map(async worker => (await once(worker, 'exit'))[0] as number)
  for (const worker of workers) worker.disconnect()
  console.log(`workers ended with ${(await Promise.all(codes)).join()}`)
  await server.close()
} else {
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }
  const client = new AppConfigDataClient({ endpoint: process.env.ENDPOINT!, region: 'eu-north-1', credentials })
  const source = appConfigSource({ application: 'a', environment: 'e', profile: 'p', client })
  const handle = source.start({
    document: ({ version }) => void process.send!(version),
    unchanged() {},
    failed: error => void process.send!(error.message),
  })
  // All of a worker's own readers share the one poller of the source that was started.
  await Promise.all([handle.refresh(), handle.refresh()])
}
