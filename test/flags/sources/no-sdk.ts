// Starts an AppConfig source where the SDK is not installed, and prints what was loaded before, and what is told.
import { registerHooks } from 'node:module'

const asked: string[] = []
registerHooks({
  resolve(specifier, context, next) {
    if (!specifier.startsWith('@aws-sdk/')) return next(specifier, context)
    asked.push(specifier)
    throw Object.assign(new Error(`Cannot find package '${specifier}'`), { code: 'ERR_MODULE_NOT_FOUND' })
  },
})
const { appConfigSource } = await import('../../../src/flags/sources/app-config-source.ts')
const source = appConfigSource({ application: 'a', environment: 'e', profile: 'p' })
console.log(`asked for before the start: ${asked.length}`)
const alive = setInterval(() => {}, 1000)
const error = await new Promise<{ code: string; message: string }>(failed =>
  source.start({ document() {}, unchanged() {}, failed }),
)
console.log(`${error.code}: ${error.message}`)
clearInterval(alive)
