import { describe, expect, test } from 'vitest'
import { minutes } from '../../../src/core/index.ts'
import { judgeFailure } from '../../../src/parts/telemetry/cloudwatch/failure.ts'
import type { CloudWatchFault } from '../../../src/testing/cloudwatch/index.ts'
import { balanced, pointsIn, START, world } from './support.ts'

const place = 'aws/eu-north-1'

describe('a call that fails is made again', () => {
  test.each<[CloudWatchFault, number]>([
    ['throttle', 3],
    ['error', 3],
    ['unavailable', 3],
    ['reset', 3],
    ['hang', 2],
  ])('%s: nothing is lost, nothing counts twice', async (fault, times) => {
    const { sink, server, until } = await world({ requestTimeoutMs: 2000 })
    server.fail(fault, { times })
    for (let i = 0; i < 100; i++) sink.record({ metric: 'A', place, value: i })
    expect(await until(sink.flush({ timeoutMs: minutes(2) }))).toBe(true)
    expect(pointsIn(server.data)).toBe(100)
    expect(sink.counts).toMatchObject({ sent: 100, buffered: 0, retries: times, requests: times + 1, dropped: {} })
    // Not one more than the sink says: the SDK repeats nothing.
    expect(server.counts.PutMetricData).toBe(times + 1)
  })

  test.each<CloudWatchFault>(['lost', 'silent'])(
    '%s: a call that was done and not answered counts twice, as is said',
    async fault => {
      const { sink, server, until } = await world({ requestTimeoutMs: 1000 })
      server.fail(fault)
      sink.record({ metric: 'A', place, value: 5 })
      expect(await until(sink.flush({ timeoutMs: minutes(1) }))).toBe(true)
      expect(server.data.map(d => d.values)).toEqual([[5], [5]])
      expect(sink.counts).toMatchObject({ sent: 1, retries: 1 })
    },
  )

  test.each<CloudWatchFault>(['unauthorized', 'forbidden', 'expired'])(
    '%s: points wait, and are tried once a minute',
    async fault => {
      const { sink, server, pass } = await world()
      server.fail(fault, { times: Number.POSITIVE_INFINITY })
      sink.record({ metric: 'A', place, value: 1 })
      await pass(minutes(5), 5000)
      expect(server.counts.PutMetricData).toBeGreaterThanOrEqual(4)
      expect(server.counts.PutMetricData).toBeLessThanOrEqual(6)
      expect(sink.counts).toMatchObject({ buffered: 1, sent: 0 })
      server.heal()
      await pass(minutes(2), 5000)
      expect(sink.counts).toMatchObject({ buffered: 0, sent: 1 })
      expect(pointsIn(server.data)).toBe(1)
    },
  )

  test('a client without credentials is not the end of it either', async () => {
    const { sink, until } = await world({
      client: {
        send: () => Promise.reject(Object.assign(new Error('no credentials'), { name: 'CredentialsProviderError' })),
      },
    })
    sink.record({ metric: 'A', place, value: 1 })
    expect(await until(sink.flush({ timeoutMs: 1000 }))).toBe(false)
    expect(sink.counts.buffered).toBe(1)
  })
})

describe('an outage of 15 minutes', () => {
  test('loses nothing up to the bound: every point arrives once, in its own minute', async () => {
    const { sink, server, clock, pass, until } = await world()
    server.fail('unavailable', { times: Number.POSITIVE_INFINITY })
    for (let minute = 0; minute < 15; minute++) {
      for (let canary = 0; canary < 50; canary++) {
        const dimensions = { Canary: `c${canary}` }
        sink.record({ metric: 'SuccessPercent', place, value: 100, unit: 'percent', dimensions })
        sink.record({ metric: 'Duration', place, value: minute * 50 + canary, unit: 'ms', dimensions })
      }
      await pass(minutes(1), 5000)
    }
    expect(server.data).toEqual([])
    expect(sink.counts).toMatchObject({ buffered: 1500, sent: 0, dropped: {} })
    server.heal()
    expect(await until(sink.flush({ timeoutMs: minutes(5) }))).toBe(true)
    expect(pointsIn(server.data)).toBe(1500)
    expect(sink.counts).toMatchObject({ sent: 1500, buffered: 0, dropped: {} })
    for (let minute = 0; minute < 15; minute++)
      expect(pointsIn(server.data.filter(d => d.at === START + minutes(minute)))).toBe(100)
    expect(clock.now() - START).toBeLessThan(minutes(20))
    await sink.close()
  })

  test('beyond the bound the oldest go, are counted, and are published when it is over', async () => {
    const { sink, server, pass, until } = await world({ maxBuffered: 100 })
    server.fail('error', { times: Number.POSITIVE_INFINITY })
    for (let i = 0; i < 250; i++) {
      sink.record({ metric: 'A', place, value: i, at: START + i * 1000 })
      if (i === 20) await pass(11_000)
    }
    expect(sink.counts.buffered).toBeLessThanOrEqual(100)
    expect(sink.counts.dropped.full).toBe(250 - sink.counts.buffered)
    expect(balanced(sink)).toBe(true)
    server.heal()
    expect(await until(sink.flush({ timeoutMs: minutes(2) }))).toBe(true)
    expect(sink.counts.sent + sink.counts.dropped.full!).toBe(250)
    expect(pointsIn(server.data)).toBe(sink.counts.sent)
    const values = server.data.filter(d => d.metric === 'A').flatMap(d => d.values)
    expect(values).toContain(249)
    const told = server.data.filter(d => d.metric === 'TelemetryDropped')
    expect(told.map(d => [d.dimensions, d.values])).toEqual([[{ Reason: 'full' }, [sink.counts.dropped.full]]])
  })

  test('a batch that is stuck does not keep all the room: the newest are kept', async () => {
    const { sink, server, pass, until } = await world({ maxBuffered: 1000 })
    server.fail('error', { times: Number.POSITIVE_INFINITY })
    for (let i = 0; i < 2000; i++) sink.record({ metric: `M${i % 50}`, place, value: i })
    await pass(15_000)
    for (let i = 2000; i < 4000; i++) sink.record({ metric: `M${i % 50}`, place, value: i })
    server.heal()
    expect(await until(sink.flush({ timeoutMs: minutes(2) }))).toBe(true)
    const values = new Set(server.data.filter(d => d.metric !== 'TelemetryDropped').flatMap(d => d.values))
    expect(values.has(3999)).toBe(true)
    expect(pointsIn(server.data)).toBe(sink.counts.sent)
    expect(sink.counts.sent + sink.counts.dropped.full!).toBe(4000)
  })

  test('a value that is there already takes no room', async () => {
    const { sink } = await world({ maxBuffered: 2 })
    for (let i = 0; i < 1000; i++) sink.record({ metric: 'A', place, value: i % 2 })
    expect(sink.counts).toMatchObject({ buffered: 1000, dropped: {} })
  })

  test('what has become two weeks old while it waited is dropped, not sent', async () => {
    const { sink, server, pass } = await world()
    server.fail('error', { times: Number.POSITIVE_INFINITY })
    // Two weeks less ten minutes.
    sink.record({ metric: 'A', place, value: 1, at: START - minutes(60 * 24 * 14 - 10) })
    await pass(minutes(10), 5000)
    expect(server.counts.PutMetricData).toBeGreaterThan(0)
    server.heal()
    await pass(minutes(2), 5000)
    expect(sink.counts).toMatchObject({ sent: 0, buffered: 0, dropped: { 'too-old': 1 } })
    expect(server.counts.refused).toBe(0)
  })
})

describe('numbers that CloudWatch refuses', () => {
  test('one among many is found and dropped, the others arrive once', async () => {
    const { sink, server, until, client } = await world()
    const { send } = client
    // CloudWatch refuses names for reasons that nobody wrote down: one stands for them here.
    client.send = (command: never, options) => {
      const { MetricData } = (command as { input: { MetricData: { MetricName: string }[] } }).input
      if (MetricData.some(d => d.MetricName === 'M77'))
        return Promise.reject(
          Object.assign(new Error('no'), { name: 'InvalidParameterValue', $metadata: { httpStatusCode: 400 } }),
        )
      return send(command, options)
    }
    for (let i = 0; i < 200; i++) sink.record({ metric: `M${i}`, place, value: i })
    expect(await until(sink.flush())).toBe(true)
    expect(sink.counts).toMatchObject({ sent: 199, buffered: 0, dropped: { refused: 1 }, retries: 0 })
    expect(pointsIn(server.data)).toBe(199)
  })

  test('when all are refused, not each is asked about', async () => {
    let calls = 0
    const refusal = Object.assign(new Error('no'), { name: 'ValidationError', $metadata: { httpStatusCode: 400 } })
    const { sink, until } = await world({
      client: {
        send: () => {
          calls++
          return Promise.reject(refusal)
        },
      },
    })
    for (let i = 0; i < 1000; i++) sink.record({ metric: `M${i}`, place, value: i })
    expect(await until(sink.flush())).toBe(true)
    expect(sink.counts.dropped.refused).toBe(1000)
    expect(calls).toBeLessThan(200)
  })
})

describe('a refusal that says nothing about the data drops nothing', () => {
  const refusal = (status: number, name: string, Code?: string) =>
    Object.assign(new Error(name), { name, Code, $metadata: { httpStatusCode: status } })

  test.each([
    [404, 'UnknownOperationException', 'slowly'],
    [404, 'Unknown', 'slowly'],
    [402, 'Unknown', 'slowly'],
    [407, 'Unknown', 'slowly'],
    [400, 'Unknown', 'slowly'],
    [400, 'MalformedHttpRequestException', 'slowly'],
    [403, 'ValidationException', 'slowly'],
    [408, 'Unknown', 'soon'],
    [400, 'RequestTimeoutException', 'soon'],
    [429, 'Unknown', 'soon'],
    [400, 'ThrottlingException', 'soon'],
    [503, 'InvalidParameterValueException', 'soon'],
    [413, 'Unknown', 'split'],
    [400, 'InvalidParameterValueException', 'split'],
    [400, 'InvalidParameterCombinationException', 'split'],
    [400, 'MissingRequiredParameterException', 'split'],
    [400, 'ValidationException', 'split'],
    [400, 'ValidationError', 'split'],
  ])('%d %s: %s', (status, name, what) => {
    expect(judgeFailure(refusal(status, name))).toBe(what)
  })

  test.each(['InvalidParameterValue', 'InvalidParameterCombination', 'MissingParameter', 'ValidationError'])(
    '%s, by the code of the query protocol: split',
    Code => expect(judgeFailure(refusal(400, 'CloudWatchServiceException', Code))).toBe('split'),
  )

  test.each([404, 407, 408, 400])('points outlive ten minutes of %d', async status => {
    const { sink, client, pass, until, server } = await world()
    const { send } = client
    client.send = () => Promise.reject(refusal(status, 'Unknown'))
    for (let i = 0; i < 50; i++) sink.record({ metric: `M${i}`, place, value: i })
    await pass(minutes(10), 10_000)
    expect(sink.counts).toMatchObject({ sent: 0, buffered: 50, dropped: {} })
    client.send = send
    expect(await until(sink.flush({ timeoutMs: minutes(2) }))).toBe(true)
    expect(pointsIn(server.data)).toBe(50)
  })
})

describe('closing', () => {
  test('sends what is there, then takes no more', async () => {
    const { sink, server } = await world()
    sink.record({ metric: 'A', place, value: 1 })
    await Promise.all([sink.close(), sink.close()])
    sink.record({ metric: 'A', place, value: 2 })
    expect(pointsIn(server.data)).toBe(1)
    expect(sink.counts).toMatchObject({ recorded: 2, sent: 1, dropped: { closed: 1 } })
    expect(await sink.flush()).toBe(true)
  })

  test('ends in time though the server hangs, and says what is lost', async () => {
    const { sink, server, until, clock } = await world()
    server.fail('hang', { times: Number.POSITIVE_INFINITY })
    sink.record({ metric: 'A', place, value: 1 })
    await until(sink.close({ timeoutMs: 3000 }))
    expect(sink.counts).toMatchObject({ sent: 0, buffered: 0, dropped: { closed: 1 } })
    expect(balanced(sink)).toBe(true)
    expect(clock.pending()).toBe(0)
  })

  test('a flush that is too short says so, and what it did not send is sent later', async () => {
    const { sink, server, pass, until } = await world({ requestTimeoutMs: 2000 })
    server.fail('hang')
    sink.record({ metric: 'A', place, value: 1 })
    expect(await until(sink.flush({ timeoutMs: 500 }))).toBe(false)
    await pass(15_000)
    expect(sink.counts).toMatchObject({ sent: 1, buffered: 0 })
  })
})
