// A folder with features, steps and targets, and the real program run in it.
import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join, resolve } from 'node:path'
import { onTestFinished } from 'vitest'
import { serve } from '../shadow/support/servers.ts'
import { folderInTests } from './run-cli.ts'

const program = resolve('src/cli/main.ts')

export const CONFIG = `
import { appendFileSync } from 'node:fs'
import { defineSteps } from '../../src/scenarios/index.ts'
import { defineTargets } from '../../src/scenarios/targets.ts'

const told = word => appendFileSync('told.txt', word + '\\n')
const shop = defineSteps('shop', ({ given, when, then, beforeAll, afterAll }) => {
  beforeAll(() => told('beforeAll'))
  afterAll(() => told('afterAll'))
  given('a shop with {int} apple(s)', async (context, apples) => {
    await fetch(context.target.endpoint + '/shop', { method: 'PUT', body: String(apples) })
    context.cleanup('the shop', async () => {
      await fetch(context.target.endpoint + '/shop', { method: 'DELETE' })
      told('emptied')
    })
  }, { doc: 'Fills the shop.' })
  when('somebody buys {int} apple(s)', async (context, apples) => {
    await fetch(context.target.endpoint + '/buy/' + apples, { method: 'POST' })
  }, { doc: 'Takes apples out.' })
  then('{int} apple(s) is/are left', async (context, apples) => {
    const left = Number(await (await fetch(context.target.endpoint + '/shop')).text())
    if (left !== apples) throw new Error(left + ' left, and the token is ' + process.env.TOKEN)
  })
  when('the token is shown', async context => {
    const token = String(process.env.TOKEN)
    await context.log('the token is ' + token)
    await context.attach(Buffer.from('binary ' + token), 'application/octet-stream')
    await context.attach(JSON.stringify({ token }), 'application/json')
    await context.link('http://127.0.0.1/?token=' + token)
  })
  when('it is not written yet', () => 'pending')
  when('it is left out', () => 'skipped')
  when('it takes for ever', context => new Promise(() => { told('hanging') }))
  when('a timer is forgotten', () => { setInterval(() => {}, 1000) })
})
export default {
  steps: [shop],
  targets: defineTargets({ gamma: { endpoint: process.env.ENDPOINT, region: 'us-east-1' }, prod: {} }),
}
`

export const APPLES = `Feature: Apples

  @put
  Scenario: buying
    Given a shop with 3 apples
    When somebody buys 1 apple
    Then 2 apples are left
`

/** A shop over HTTP. */
async function shop(): Promise<string> {
  let apples = 0
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    if (request.method === 'PUT') apples = Number(body)
    if (request.method === 'DELETE') apples = 0
    if (request.method === 'POST') apples -= Number(request.url!.split('/').at(-1))
    response.end(String(apples))
  }
  const { origin } = await serve((request, response) => void answer(request, response))
  return origin
}

export interface Ran {
  readonly code: number | null
  readonly killedBy: string | null
  readonly out: string
  readonly err: string
}

export interface Home {
  readonly folder: string
  readonly path: (...names: string[]) => string
  readonly run: (...args: string[]) => Promise<Ran>
  /** Runs it, and leaves it to the test what to do with it. */
  readonly start: (args: readonly string[], options?: { node?: readonly string[] }) => Started
}
export interface Started {
  readonly child: ReturnType<typeof spawn>
  readonly said: () => string
  readonly ended: Promise<Ran>
}

/** A folder with these files, a shop to run against, and a token in the environment that nobody may see. */
export async function home(files: Readonly<Record<string, string>>, token = 'sesame-42'): Promise<Home> {
  const folder = await folderInTests()
  const endpoint = await shop()
  await mkdir(join(folder, 'features'))
  for (const [name, text] of Object.entries({ 'andon.scenarios.ts': CONFIG, ...files }))
    await writeFile(join(folder, name), text)
  const start: Home['start'] = (args, { node = [] } = {}) => {
    const child = spawn(process.execPath, [...node, program, ...args], {
      cwd: folder,
      env: { ...process.env, ENDPOINT: endpoint, TOKEN: token, FORCE_COLOR: '1' },
      stdio: 'pipe',
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    let out = ''
    let err = ''
    child.stdout.on('data', chunk => (out += String(chunk)))
    child.stderr.on('data', chunk => (err += String(chunk)))
    const ended = new Promise<Ran>(done => child.on('close', (code, killedBy) => done({ code, killedBy, out, err })))
    return { child, said: () => out + err, ended }
  }
  return {
    folder,
    path: (...names) => join(folder, ...names),
    run: (...args) => start(args).ended,
    start,
  }
}
