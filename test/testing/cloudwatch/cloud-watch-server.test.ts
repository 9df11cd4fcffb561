import {
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  type MetricDatum,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch'
import { describe, expect, onTestFinished, test } from 'vitest'
import { virtualClock } from '../../../src/core/index.ts'
import { type CloudWatchFault, startCloudWatchServer } from '../../../src/testing/cloudwatch/index.ts'
import { START, sdkClient } from '../../parts/telemetry/support.ts'

async function served() {
  const clock = virtualClock(START)
  const server = await startCloudWatchServer({ clock })
  onTestFinished(() => server.close())
  const client = sdkClient(server.endpoint)
  const put = (MetricData: MetricDatum[], Namespace = 'Test') =>
    client.send(new PutMetricDataCommand({ Namespace, MetricData }))
  const alarm = (more: object = {}) =>
    client.send(
      new PutMetricAlarmCommand({
        AlarmName: 'a',
        Namespace: 'Test',
        MetricName: 'M',
        Statistic: 'Average',
        Period: 60,
        EvaluationPeriods: 3,
        DatapointsToAlarm: 2,
        Threshold: 100,
        ComparisonOperator: 'LessThanThreshold',
        TreatMissingData: 'breaching',
        ...more,
      }),
    )
  return { clock, server, client, put, alarm }
}
const at = (ms: number) => new Date(START + ms)
const DAY = 86_400_000

describe('PutMetricData', () => {
  test('keeps what it gets, packed or not', async () => {
    const { server, put } = await served()
    await put([{ MetricName: 'M', Value: 1, Timestamp: at(0), Unit: 'Count' }])
    await put(Array.from({ length: 1000 }, (_, i) => ({ MetricName: `M${i}`, Values: [1, 2], Counts: [3, 4] })))
    expect(server.requests.map(r => [r.data.length, r.gzip])).toEqual([
      [1, false],
      [1000, true],
    ])
    expect(server.data[1]).toMatchObject({ metric: 'M0', values: [1, 2], counts: [3, 4], at: START })
  })

  test.each<[string, MetricDatum[] | (() => MetricDatum[]), string, string]>([
    [
      '1,001 metrics',
      () => Array.from({ length: 1001 }, () => ({ MetricName: 'M', Value: 1 })),
      'InvalidParameterValue',
      'size greater than 1000',
    ],
    [
      '151 values',
      () => [{ MetricName: 'M', Values: Array.from({ length: 151 }, (_, i) => i) }],
      'InvalidParameterValue',
      'size greater than 150',
    ],
    [
      '31 dimensions',
      () => [
        {
          MetricName: 'M',
          Value: 1,
          Dimensions: Array.from({ length: 31 }, (_, i) => ({ Name: `d${i}`, Value: 'x' })),
        },
      ],
      'InvalidParameterValue',
      'size greater than 30',
    ],
    ['NaN', [{ MetricName: 'M', Value: Number.NaN }], 'InvalidParameterValue', 'NaN'],
    [
      'Infinity among values',
      [{ MetricName: 'M', Values: [1, Number.POSITIVE_INFINITY] }],
      'InvalidParameterValue',
      'Infinity',
    ],
    ['a value that is too large', [{ MetricName: 'M', Value: 2 ** 361 }], 'InvalidParameterValue', 'out of range'],
    ['a value that is too small', [{ MetricName: 'M', Value: 2 ** -361 }], 'InvalidParameterValue', 'out of range'],
    [
      'more than two weeks ago',
      [{ MetricName: 'M', Value: 1, Timestamp: at(-14 * DAY - 1) }],
      'InvalidParameterValue',
      'within the past two weeks',
    ],
    [
      'more than two hours ahead',
      [{ MetricName: 'M', Value: 1, Timestamp: at(DAY / 12 + 1) }],
      'InvalidParameterValue',
      'two hours',
    ],
    ['a value and values', [{ MetricName: 'M', Value: 1, Values: [1] }], 'InvalidParameterCombination', 'exclusive'],
    ['nothing', [], 'MissingParameter', 'MetricData'],
    [
      'a dimension that is not ASCII',
      [{ MetricName: 'M', Value: 1, Dimensions: [{ Name: 'ä', Value: 'x' }] }],
      'InvalidParameterValue',
      'non-ASCII',
    ],
    [
      'more than 1 MB',
      () =>
        Array.from({ length: 1000 }, (_, i) => ({
          MetricName: `M${i}`,
          Value: 1,
          Dimensions: [{ Name: 'd', Value: 'x'.repeat(1000) }],
        })),
      'RequestEntityTooLarge',
      'too large',
    ],
  ])('refuses %s, and takes nothing of it', async (_, data, name, words) => {
    const { server, put } = await served()
    const error = await put(typeof data === 'function' ? data() : data).catch(e => e)
    expect(`${error.name} ${error.Code} ${error.message}`).toContain(words)
    expect([error.name, error.Code].join(' ')).toContain(name)
    expect(server.data).toEqual([])
  })

  test('refuses AWS’s own namespaces', async () => {
    const { put } = await served()
    await expect(put([{ MetricName: 'M', Value: 1 }], 'AWS/Mine')).rejects.toThrow('AWS/')
  })

  test.each<[CloudWatchFault, string, number]>([
    ['throttle', 'Throttling', 400],
    ['error', 'InternalServiceFault', 500],
    ['unauthorized', 'InvalidClientTokenId', 403],
    ['expired', 'ExpiredToken', 403],
    ['forbidden', 'AccessDenied', 403],
  ])('%s, as the SDK sees it', async (fault, name, status) => {
    const { server, client } = await served()
    server.fail(fault, { times: 9 })
    const command = new PutMetricDataCommand({ Namespace: 'T', MetricData: [{ MetricName: 'M', Value: 1 }] })
    const error = await client.send(command).catch(e => e)
    expect([error.name, error.Code].join(' ')).toContain(name)
    expect(error.$metadata.httpStatusCode).toBe(status)
    server.heal()
    await client.send(command)
    expect(server.data.length).toBe(1)
  })
})

describe('alarms', () => {
  test('are put, described by pages, and deleted, all or none', async () => {
    const { server, client, alarm } = await served()
    for (let i = 0; i < 7; i++) await alarm({ AlarmName: `n${i}` })
    server.addCompositeAlarm('n9')
    const first = await client.send(new DescribeAlarmsCommand({ MaxRecords: 5 }))
    const second = await client.send(new DescribeAlarmsCommand({ MaxRecords: 5, NextToken: first.NextToken }))
    expect([first.MetricAlarms?.length, second.MetricAlarms?.length, second.NextToken]).toEqual([5, 2, undefined])
    expect(first.MetricAlarms?.[0]).toMatchObject({
      AlarmName: 'n0',
      ActionsEnabled: true,
      StateValue: 'ALARM',
      Period: 60,
    })
    await expect(client.send(new DeleteAlarmsCommand({ AlarmNames: ['n0', 'x'] }))).rejects.toMatchObject({
      name: 'ResourceNotFound',
    })
    await client.send(new DeleteAlarmsCommand({ AlarmNames: ['n0', 'n1'] }))
    expect(server.alarmNames).toEqual(['n2', 'n3', 'n4', 'n5', 'n6', 'n9'])
  })

  test('putting overwrites without a word', async () => {
    const { server, alarm } = await served()
    await alarm({ OKActions: ['arn:aws:sns:x:1:t'] })
    await alarm({ Threshold: 7 })
    expect(server.alarm('a')).toMatchObject({ Threshold: 7, OKActions: [] })
  })

  test.each([
    [{ Period: 45 }, 'multiple of 60'],
    [{ Period: 3540, EvaluationPeriods: 25 }, 'more than a day'],
    [{ Period: 86_400, EvaluationPeriods: 8 }, 'more than a day'],
    [{ DatapointsToAlarm: 4 }, 'DatapointsToAlarm'],
    [{ TreatMissingData: 'bad' }, 'TreatMissingData'],
  ])('%j is refused', async (more, words) => {
    const { alarm } = await served()
    await expect(alarm(more)).rejects.toThrow(words)
  })

  test('state: M of N, and missing data as said', async () => {
    const { server, put, alarm, clock } = await served()
    await alarm()
    await alarm({ AlarmName: 'silent', TreatMissingData: 'missing' })
    await alarm({ AlarmName: 'calm', TreatMissingData: 'notBreaching' })
    const states = () => ['a', 'silent', 'calm'].map(name => server.alarmState(name))
    expect(states()).toEqual(['ALARM', 'INSUFFICIENT_DATA', 'OK'])
    for (let minute = 0; minute < 3; minute++)
      await put([{ MetricName: 'M', Value: 100, Timestamp: at(minute * 60_000) }])
    await clock.advance(180_000)
    expect(states()).toEqual(['OK', 'OK', 'OK'])
    // One bad minute is not enough, two are: one failed run in it makes the average less than 100.
    await put([{ MetricName: 'M', Values: [100, 0], Counts: [9, 1], Timestamp: at(180_000) }])
    await clock.advance(60_000)
    expect(states()).toEqual(['OK', 'OK', 'OK'])
    await put([{ MetricName: 'M', Value: 0, Timestamp: at(240_000) }])
    await clock.advance(60_000)
    expect(states()).toEqual(['ALARM', 'ALARM', 'ALARM'])
    expect(() => server.alarmState('none')).toThrow('none')
  })
})
