import { PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch'
import { describe, expect, test } from 'vitest'
import { applyAlarms, canaryAlarms, describeAlarmPlan, planAlarms } from '../../../src/canary/alarms/index.ts'
import { functionCheck, startCanaries } from '../../../src/canary/index.ts'
import { minutes, seconds } from '../../../src/core/index.ts'
import { sdkClient, world } from '../../parts/telemetry/support.ts'

const options = { namespace: 'Test', everyMs: minutes(1), timeoutMs: seconds(30) }

async function planned() {
  const { server, clock, sink, pass } = await world()
  return { server, clock, sink, pass, client: sdkClient(server.endpoint) }
}
const actions = (plan: { steps: readonly { action: string; name: string }[] }) =>
  plan.steps.map(s => `${s.action} ${s.name}`)

describe('planning and applying', () => {
  test('creates, then has nothing to do, then changes what changed and shows it', async () => {
    const { server, client } = await planned()
    const names = Array.from({ length: 60 }, (_, i) => `c${i}`)
    const alarms = canaryAlarms(names, options)
    const first = await planAlarms(client, alarms)
    expect(server.alarmNames).toEqual([])
    expect(first.steps.every(s => s.action === 'create')).toBe(true)
    expect((await applyAlarms(client, first)).created.length).toBe(120)
    expect((await planAlarms(client, alarms)).steps.every(s => s.action === 'unchanged')).toBe(true)

    const changed = canaryAlarms(names.slice(0, 1), { ...options, ofLast: 5, okActions: ['arn:b', 'arn:a'] })
    const second = await planAlarms(client, changed)
    expect(second.steps[0]).toMatchObject({
      action: 'change',
      takenOver: false,
      changes: [
        { field: 'AlarmDescription' },
        { field: 'OKActions', before: undefined, after: ['arn:a', 'arn:b'] },
        { field: 'EvaluationPeriods', before: 3, after: 5 },
      ],
    })
    expect(describeAlarmPlan(second)).toContain('~ canary/c0: success\n    AlarmDescription: ')
    expect(describeAlarmPlan(second)).toContain('    EvaluationPeriods: 3 → 5')
    const puts = server.counts.PutMetricAlarm
    expect(await applyAlarms(client, second)).toEqual({
      created: [],
      changed: ['canary/c0: success', 'canary/c0: heartbeat'],
      deleted: [],
    })
    expect(server.counts.PutMetricAlarm - puts).toBe(2)
  })

  test('an alarm that somebody else made is left alone, unless told', async () => {
    const { server, client } = await planned()
    const alarms = canaryAlarms(['a', 'b'], { ...options, heartbeat: 'none' })
    await client.send(
      new PutMetricAlarmCommand({
        ...(alarms[0] as object),
        AlarmName: 'canary/a: success',
        AlarmDescription: 'by hand',
      }),
    )
    server.addCompositeAlarm('canary/b: success')
    const plan = await planAlarms(client, alarms)
    expect(actions(plan)).toEqual(['foreign canary/a: success', 'foreign canary/b: success'])
    await expect(applyAlarms(client, plan)).rejects.toMatchObject({ code: 'foreign-alarm' })
    const told = await planAlarms(client, alarms.slice(0, 1), { takeOver: true })
    expect(told.steps[0]).toMatchObject({
      action: 'change',
      takenOver: true,
      changes: [{ field: 'AlarmDescription', before: 'by hand' }],
    })
    await applyAlarms(client, told)
    expect(server.alarm('canary/a: success')!.AlarmDescription).toContain('[andon/canary]')
  })

  test('what changed since the plan was made is not overwritten', async () => {
    const { server, client } = await planned()
    const alarms = canaryAlarms(['a', 'b'], { ...options, heartbeat: 'none' })
    const plan = await planAlarms(client, alarms)
    await client.send(
      new PutMetricAlarmCommand({ ...(alarms[1] as object), AlarmName: 'canary/b: success', Threshold: 1 }),
    )
    await expect(applyAlarms(client, plan)).rejects.toMatchObject({ code: 'conflict' })
    expect(server.alarmNames).toEqual(['canary/b: success'])
    expect(server.alarm('canary/b: success')!.Threshold).toBe(1)
  })

  test('alarms of canaries that are gone are deleted when asked, those of others are not', async () => {
    const { server, client } = await planned()
    const both = canaryAlarms(['a', 'b'], { ...options, heartbeat: 'none' })
    await applyAlarms(client, await planAlarms(client, both))
    await client.send(
      new PutMetricAlarmCommand({ ...(both[0] as object), AlarmName: 'canary/mine', AlarmDescription: 'by hand' }),
    )
    const plan = await planAlarms(client, both.slice(0, 1), { deleteOthersNamed: 'canary/' })
    expect(actions(plan)).toEqual(['unchanged canary/a: success', 'delete canary/b: success'])
    expect(await applyAlarms(client, plan)).toEqual({ created: [], changed: [], deleted: ['canary/b: success'] })
    expect(server.alarmNames).toEqual(['canary/a: success', 'canary/mine'])
  })

  test('those of another vantage, namespace or service are not ours to delete', async () => {
    const { server, client } = await planned()
    const apply = async (names: string[], more: object) => {
      const alarms = canaryAlarms(names, { ...options, heartbeat: 'none', ...more })
      const plan = await planAlarms(client, alarms, { deleteOthersNamed: 'canary/' })
      await applyAlarms(client, plan)
      return actions(plan).filter(a => a.startsWith('delete'))
    }
    expect(await apply(['a', 'b'], { vantage: 'office' })).toEqual([])
    expect(await apply(['a', 'b'], { vantage: 'cloud' })).toEqual([])
    expect(await apply(['c'], {})).toEqual([])
    expect(await apply(['d'], { vantage: 'office', dimensions: { Service: 'shop' } })).toEqual([])
    expect(await apply(['e'], { vantage: 'office', namespace: 'Other' })).toEqual([])
    expect(await apply([], { vantage: 'office' })).toEqual([])
    expect(server.alarmNames.length).toBe(7)
    expect(await apply(['a'], { vantage: 'office' })).toEqual(['delete canary/b from office: success'])
    expect(await apply(['a'], { vantage: 'cloud' })).toEqual(['delete canary/b from cloud: success'])
  })

  test.each([
    [{ deleteOthersNamed: '' }, 'planAlarms deleteOthersNamed: expected a non-empty string'],
    [{ takeOver: 'yes' }, 'planAlarms takeOver: expected true or false, got "yes"'],
    [{ deleteOthers: 'canary/' }, 'planAlarms options: expected only takeOver, deleteOthersNamed, signal'],
  ])('%j is refused', async (bad, words) => {
    const planning = planAlarms({ send: () => Promise.reject(new Error('called')) }, [], bad as never)
    await expect(planning).rejects.toMatchObject({ code: 'invalid-option', message: expect.stringContaining(words) })
  })

  test('a call that fails says how far it came; planning again goes on from there', async () => {
    const { server, client } = await planned()
    const alarms = canaryAlarms(['a', 'b', 'c'], { ...options, heartbeat: 'none' })
    const plan = await planAlarms(client, alarms)
    await applyAlarms(client, { ...plan, steps: plan.steps.slice(0, 1) })
    server.fail('forbidden', { on: 'PutMetricAlarm' })
    await expect(applyAlarms(client, await planAlarms(client, alarms))).rejects.toMatchObject({
      code: 'unapplied',
      message: expect.stringContaining('canary/b: success could not be applied after 0 of 2'),
    })
    await applyAlarms(client, await planAlarms(client, alarms))
    expect(server.alarmNames.length).toBe(3)
  })
})

test('a negative control, end to end: what the sink publishes is what the alarms look at', async () => {
  const { server, client, sink, clock, pass } = await planned()
  const place = 'aws/eu-north-1'
  const vantage = 'büro'
  const alarms = canaryAlarms(
    [
      { name: 'works', place },
      { name: 'must fail', place },
      { name: 'dead', place },
    ],
    { ...options, vantage },
  )
  await applyAlarms(client, await planAlarms(client, alarms))
  for (let minute = 0; minute < 10; minute++) {
    const run = (Canary: string, ok: boolean) => {
      const dimensions = { Canary, Vantage: vantage }
      sink.record({ metric: 'SuccessPercent', place, value: ok ? 100 : 0, unit: 'percent', dimensions })
      sink.record({ metric: 'Heartbeat', place, value: 1, unit: 'count', dimensions })
    }
    run('works', true)
    run('must fail', false)
    await pass(minutes(1), 10_000)
  }
  await sink.flush()
  const state = (canary: string, what: string) =>
    server.alarmState(`canary/${canary} at ${place} from ${vantage}: ${what}`, clock.now())
  expect([state('works', 'success'), state('works', 'heartbeat')]).toEqual(['OK', 'OK'])
  expect([state('must fail', 'success'), state('must fail', 'heartbeat')]).toEqual(['ALARM', 'OK'])
  expect([state('dead', 'success'), state('dead', 'heartbeat')]).toEqual(['ALARM', 'ALARM'])
  // The canaries stop: silence is an alarm.
  await pass(minutes(10), 60_000)
  expect([state('works', 'success'), state('works', 'heartbeat')]).toEqual(['ALARM', 'ALARM'])
})

test('what startCanaries publishes is what the alarms look at', async () => {
  const { server, client, sink, clock, pass } = await planned()
  const place = 'aws/eu-north-1'
  const checks = [
    functionCheck('works', () => true, { place, clock }),
    functionCheck('must fail', () => false, { clock }),
  ]
  await applyAlarms(client, await planAlarms(client, canaryAlarms(checks, { ...options, vantage: 'office' })))
  const canaries = startCanaries(checks, {
    everyMs: options.everyMs,
    timeoutMs: options.timeoutMs,
    vantage: 'office',
    sink,
    clock,
  })
  await pass(minutes(12), 5000)
  await sink.flush()
  const states = () => Object.fromEntries(server.alarmNames.map(name => [name, server.alarmState(name)]))
  expect(states()).toEqual({
    'canary/must fail from office: heartbeat': 'OK',
    'canary/must fail from office: success': 'ALARM',
    'canary/works at aws/eu-north-1 from office: heartbeat': 'OK',
    'canary/works at aws/eu-north-1 from office: success': 'OK',
  })
  await canaries.close()
  await pass(minutes(10), 60_000)
  expect(new Set(Object.values(states()))).toEqual(new Set(['ALARM']))
})
