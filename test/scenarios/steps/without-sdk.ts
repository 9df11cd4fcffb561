// Run as a process of its own, where the AWS SDK cannot be loaded: HTTP steps do not miss it, S3 steps say what is missing.
import { registerHooks } from 'node:module'

const asked: string[] = []
registerHooks({
  resolve(specifier, context, next) {
    if (specifier.startsWith('@aws-sdk/')) {
      asked.push(specifier)
      throw Object.assign(new Error(`Cannot find package '${specifier}'`), { code: 'ERR_MODULE_NOT_FOUND' })
    }
    return next(specifier, context)
  },
})
const { loadScenarios } = await import('../../../src/scenarios/index.ts')
const { httpSteps, s3Steps, waitSteps } = await import('../../../src/scenarios/steps/index.ts')
const { createServer } = await import('node:http')

const server = createServer((_request, response) => response.end('ok')).listen(0, '127.0.0.1')
await new Promise(resolve => server.once('listening', resolve))
const endpoint = `http://127.0.0.1:${(server.address() as { port: number }).port}`
const suite = await loadScenarios({
  features: [
    {
      uri: 'f.feature',
      text: `Feature: f
        Scenario: http
          When I send GET "/"
          Then the response's status is 200
        Scenario: s3
          Given the bucket "b"
          Then within 60 seconds the object "a" exists`,
    },
  ],
  steps: [httpSteps(), s3Steps(), waitSteps()],
})
const target = { name: 't', endpoint }
const http = await suite.run({ target, only: ['f.feature:2'] })
const before = [...asked]
const s3 = await suite.run({ target, only: ['f.feature:5'] })
const { error } = s3.scenarios[0]!
console.log(JSON.stringify({ http: http.success, before, s3: error?.message }))
server.close()
server.closeAllConnections()
