// Starts a source of each kind, waits till each has told something, and then has nothing more to do. The process must
// end by itself: nothing that a source holds may keep it alive.
import { AppConfigDataClient } from '@aws-sdk/client-appconfigdata'
import { agentSource } from '../../../src/flags/sources/agent-source.ts'
import { appConfigSource } from '../../../src/flags/sources/app-config-source.ts'
import { fileSource } from '../../../src/flags/sources/file-source.ts'
import { staticSource } from '../../../src/flags/sources/static-source.ts'

const [endpoint = '', path = ''] = process.argv.slice(2)
const names = { application: 'a', environment: 'e', profile: 'p' }
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }
const client = new AppConfigDataClient({ endpoint, region: 'eu-north-1', credentials })
const alive = setInterval(() => {}, 1000)
for (const source of [
  appConfigSource({ ...names, client }),
  agentSource({ ...names, url: endpoint }),
  fileSource(path),
  staticSource({}),
]) {
  const told = await new Promise<string>(done =>
    source.start({ document: () => done('document'), unchanged() {}, failed: error => done(error.code) }),
  )
  console.log(`${source.name.split(':')[0]}: ${told}`)
}
clearInterval(alive)
