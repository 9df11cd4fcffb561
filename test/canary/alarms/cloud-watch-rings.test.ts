import { expect, test } from 'vitest'
import {
  applyAlarms,
  type CanaryAlarmOptions,
  type CloudWatchRingsOptions,
  canaryAlarms,
  cloudWatchRings,
  planAlarms,
} from '../../../src/canary/alarms/index.ts'
import { controlGate, functionCheck, negativeControl, startCanaries } from '../../../src/canary/index.ts'
import { ask, minutes, seconds } from '../../../src/core/index.ts'
import { START, sdkClient, world } from '../../parts/telemetry/support.ts'

const pace = { everyMs: minutes(1), timeoutMs: seconds(30) }
const vantage = 'office'
const context = {
  run: 'r',
  version: 'v',
  phase: 'bake',
  since: START,
  signal: new AbortController().signal,
} as const

/** A canary and a control, whose numbers go to CloudWatch, whose alarms the gate asks about. */
async function running({
  control = false,
  made = true,
  alarms = {},
  rings = {},
}: {
  control?: boolean
  made?: boolean
  alarms?: Partial<CanaryAlarmOptions>
  rings?: CloudWatchRingsOptions
} = {}) {
  const w = await world()
  const { clock, sink, client, server, pass, until } = w
  const checks = [
    functionCheck('door', () => true, { clock }),
    negativeControl(functionCheck('must fail', () => control, { clock })),
  ]
  const admin = sdkClient(server.endpoint)
  const definitions = canaryAlarms(checks, { namespace: 'Test', ...pace, vantage, ...alarms })
  if (made) await applyAlarms(admin, await planAlarms(admin, definitions))
  const canaries = startCanaries(checks, { ...pace, vantage, sink, clock })
  await pass(minutes(10), 5000)
  await until(sink.flush())
  const gate = controlGate(canaries.records, { clock, rings: cloudWatchRings(client, rings) })
  const codes = async () => {
    const { decision, reasons } = await until(ask(gate, context, { clock }))
    return [decision, ...reasons.map(r => r.code)]
  }
  return { ...w, canaries, codes }
}

test('end to end: a control fails, its number arrives, its alarm is in ALARM, and the gate says go', async () => {
  const { server, codes, canaries } = await running()
  expect(server.alarmState('canary/door from office: success')).toBe('OK')
  expect(server.alarmState('canary/must fail from office: heartbeat')).toBe('OK')
  expect(await codes()).toEqual(['go', 'control-failed'])
  await canaries.close()
})

test('an alarm that is not there, or cannot be asked about, is not known to ring', async () => {
  const none = await running({ made: false })
  expect(await none.codes()).toEqual(['wait', 'alarm-unknown'])
  await none.canaries.close()
  const { server, codes, canaries } = await running()
  server.fail('forbidden', { on: 'DescribeAlarms' })
  expect(await codes()).toEqual(['wait', 'alarm-unknown'])
  expect(await codes()).toEqual(['go', 'control-failed'])
  await canaries.close()
})

test('an alarm that never rings is found out', async () => {
  const { codes, canaries } = await running({ alarms: { successPercent: 0 } })
  expect(await codes()).toEqual(['wait', 'alarm-silent'])
  await canaries.close()
})

test('a control that passes silences its alarm', async () => {
  const { codes, canaries } = await running({ control: true })
  expect(await codes()).toEqual(['wait', 'control-passed', 'alarm-silent'])
  await canaries.close()
})

test('the alarm may be named, or have a name of its own for each control', async () => {
  const alarms = { namePrefix: 'shop/' }
  const names: CloudWatchRingsOptions[] = [
    { alarmName: 'shop/must fail from office: success' },
    { alarmNameOf: ({ name, vantage }) => `shop/${name} from ${vantage}: success` },
  ]
  for (const rings of names) {
    const { codes, canaries } = await running({ alarms, rings })
    expect(await codes()).toEqual(['go', 'control-failed'])
    await canaries.close()
  }
})

const asked = (MetricAlarms: object[], options: CloudWatchRingsOptions = { alarmName: 'a' }) =>
  cloudWatchRings({ send: async () => ({ MetricAlarms }) }, options)({ name: 'c', place: undefined, runs: [] }, context)

test.each([
  [{ StateValue: 'ALARM' }, true],
  [{ StateValue: 'ALARM', ActionsEnabled: false }, false],
  [{ StateValue: 'OK' }, false],
  [{ StateValue: 'INSUFFICIENT_DATA' }, false],
])('%j: %s', async (alarm, rings) => {
  expect(await asked([{ AlarmName: 'a', ...alarm }])).toBe(rings)
})

test('what cannot be told is thrown', async () => {
  await expect(asked([])).rejects.toMatchObject({ code: 'no-alarm' })
  await expect(asked([{ AlarmName: 'a' }])).rejects.toMatchObject({ code: 'no-alarm' })
  await expect(asked([{ AlarmName: 'b', StateValue: 'ALARM' }])).rejects.toMatchObject({ code: 'no-alarm' })
  await expect(asked([], { alarmNameOf: () => '' })).rejects.toMatchObject({ code: 'invalid-option' })
})

test('either signal gives the call up', async () => {
  const seen: AbortSignal[] = []
  const own = new AbortController()
  const theirs = new AbortController()
  const send = (_: never, { abortSignal }: { abortSignal?: AbortSignal } = {}) => {
    seen.push(abortSignal!)
    return Promise.reject(new Error('stop'))
  }
  const rings = cloudWatchRings({ send }, { signal: own.signal })
  const control = { name: 'c', place: undefined, runs: [] }
  await expect(rings(control, context)).rejects.toThrow('stop')
  await expect(rings(control, { signal: theirs.signal })).rejects.toThrow('stop')
  theirs.abort()
  expect(seen.map(s => s.aborted)).toEqual([false, true])
  own.abort()
  expect(seen.map(s => s.aborted)).toEqual([true, true])
})

test.each([
  [{ alarm: 'a' }, 'cloudWatchRings options: expected only alarmName, alarmNameOf, signal, got "alarm"'],
  [{ alarmName: '' }, 'cloudWatchRings alarmName'],
  [{ alarmNameOf: 'a' }, 'cloudWatchRings alarmNameOf: expected a function'],
  [{ alarmName: 'a', alarmNameOf: () => 'b' }, 'not both'],
])('%j is refused', (bad, words) => {
  expect(() => cloudWatchRings({ send: async () => ({}) }, bad as never)).toThrow(words)
  expect(() => cloudWatchRings({} as never)).toThrow('cloudWatchRings client')
})
