import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { emfProblems } from './emf-schema.ts'

const sources = JSON.stringify(resolve('src/parts/telemetry/index.ts'))
const program = `
  import { emfSink } from ${sources}
  const sink = emfSink({ namespace: 'Test', flushMs: 1 })
  sink.record({ metric: 'A', place: 'aws', value: 1 })
  await sink.close()
  console.error(JSON.stringify(sink.counts))
`

test('lines go to standard output, and the process ends by itself', async () => {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', program])
  let [out, err] = ['', '']
  child.stdout.on('data', data => (out += data))
  child.stderr.on('data', data => (err += data))
  const [code] = await once(child, 'close')
  expect([code, err]).toEqual([0, expect.stringContaining('"sent":1')])
  expect(emfProblems(JSON.parse(out))).toEqual([])
})

test('a sink that is forgotten keeps no process alive', async () => {
  const forgotten = program.replace('await sink.close()', '')
  const child = spawn(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    '--input-type=module',
    '-e',
    forgotten,
  ])
  child.stdout.resume()
  child.stderr.resume()
  expect(await once(child, 'close')).toEqual([0, null])
})

test('a reader that goes away does not end the process', async () => {
  const child = spawn(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    '--input-type=module',
    '-e',
    program.replace('sink.record({', 'await new Promise(r => setTimeout(r, 300)); sink.record({'),
  ])
  child.stdout.destroy()
  child.stderr.resume()
  expect(await once(child, 'close')).toEqual([0, null])
})
