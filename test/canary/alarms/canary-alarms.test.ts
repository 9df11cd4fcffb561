import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canaryAlarms, legalPeriod, printAlarms } from '../../../src/canary/alarms/index.ts'
import { hours, minutes, seconds } from '../../../src/core/index.ts'

const options = { namespace: 'Shop/Canaries', everyMs: minutes(1), timeoutMs: seconds(30) }
const place = 'aws/eu-north-1'

test('each canary has an alarm on its success and one on its heartbeat', () => {
  const alarms = canaryAlarms([{ name: 'front page', place }], {
    ...options,
    vantage: 'office',
    dimensions: { Service: 'shop' },
    alarmActions: ['arn:aws:sns:eu-north-1:1:t'],
  })
  expect(alarms).toEqual([
    {
      AlarmName: 'canary/front page at aws/eu-north-1 from office: success',
      AlarmDescription:
        'Canary front page at aws/eu-north-1 from office fails, or does not run: success is below 100 % in 2 of 3 periods. [andon/canary]',
      ActionsEnabled: true,
      OKActions: [],
      AlarmActions: ['arn:aws:sns:eu-north-1:1:t'],
      InsufficientDataActions: [],
      Namespace: 'Shop/Canaries',
      MetricName: 'SuccessPercent',
      Dimensions: [
        { Name: 'Canary', Value: 'front page' },
        { Name: 'Place', Value: place },
        { Name: 'Service', Value: 'shop' },
        { Name: 'Vantage', Value: 'office' },
      ],
      Statistic: 'Average',
      Period: 120,
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
      Threshold: 100,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    },
    expect.objectContaining({
      MetricName: 'Heartbeat',
      Statistic: 'Sum',
      Period: 120,
      Threshold: 1,
      TreatMissingData: 'breaching',
    }),
  ])
})

test('a heartbeat alarm for each canary, after the pace of the heartbeats, or none', () => {
  const names = ['a', 'b']
  expect(canaryAlarms(names, { ...options, heartbeat: 'none' }).map(a => a.MetricName)).toEqual([
    'SuccessPercent',
    'SuccessPercent',
  ])
  const slow = canaryAlarms(['a'], { ...options, heartbeatMs: minutes(5) })
  expect(slow.map(a => [a.MetricName, a.Period])).toEqual([
    ['SuccessPercent', 120],
    ['Heartbeat', 600],
  ])
})

test('a check of a pace of its own has a period after it; the others keep theirs', () => {
  const checks = [
    { name: 'usual' },
    { name: 'rare', everyMs: minutes(10), timeoutMs: minutes(2) },
    { name: 'slow', timeoutMs: minutes(3) },
  ]
  const periods = (more: object = {}) =>
    canaryAlarms(checks, { ...options, heartbeat: 'none', ...more }).map(a => a.Period)
  expect(periods()).toEqual([120, 720, 240])
  expect(periods({ periodS: 720 })).toEqual([720, 720, 720])
  const short = () => periods({ periodS: 600 })
  expect(short).toThrow(expect.objectContaining({ code: 'period-too-short' }))
  expect(short).toThrow('for rare expected at least interval + timeout = 720000 ms')
  expect(() => canaryAlarms([{ name: 'x', everyMs: -1 }], options)).toThrow('canaryAlarms x everyMs: expected a number')
})

test('the period is legal, no shorter than interval and time-out, and no longer than it must be', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20_000_000 }), fc.constantFrom(10, 60), (ms, least) => {
      const period = legalPeriod(ms, least)
      expect([10, 20, 30].includes(period) || period % 60 === 0).toBe(true)
      expect(period * 1000).toBeGreaterThanOrEqual(ms)
      const shorter = period > 60 ? period - 60 : ({ 60: 30, 30: 20, 20: 10, 10: 0 }[period] ?? 0)
      expect(shorter < least || shorter * 1000 < ms).toBe(true)
    }),
  )
})

describe('what cannot be right is refused', () => {
  test('a period shorter than interval and time-out, with the reason', () => {
    const short = () => canaryAlarms(['a'], { ...options, periodS: 60 })
    expect(short).toThrow(expect.objectContaining({ code: 'period-too-short' }))
    expect(short).toThrow(
      'at least interval + timeout = 90000 ms (120 is the shortest legal period), got 60 s: the alarm would fire after every run',
    )
    expect(canaryAlarms(['a'], { ...options, periodS: 180 })[0]!.Period).toBe(180)
  })

  test.each([
    [{ periodS: 130 }, 'a multiple of 60'],
    [{ datapointsToAlarm: 4 }, 'datapointsToAlarm'],
    [{ ofLast: 721 }, 'at most 720 periods of 120 s'],
    [{ everyMs: hours(1), ofLast: 200 }, 'at most'],
    [{ namespace: 'AWS/x' }, 'AWS/'],
    [{ successPercent: 101 }, 'successPercent'],
    [{ namePrefix: 'x'.repeat(256) }, '255'],
    [{ namePrefix: 5 }, 'canaryAlarms namePrefix: expected a string, got 5'],
    [{ heartbeat: 'flet' }, "canaryAlarms heartbeat: expected 'each' or 'none', got \"flet\""],
    [{ heartbeat: 'fleet' }, "expected 'each' or 'none'"],
    [{ okActions: 'arn:x' }, 'canaryAlarms okActions: expected a list of at most 5 ARNs, got "arn:x"'],
    [{ alarmActions: 5 }, 'canaryAlarms alarmActions: expected a list of at most 5 ARNs, got 5'],
    [{ alarmActions: Array(6).fill('arn:x') }, 'at most 5'],
    [{ okActions: [''] }, 'canaryAlarms okActions: expected a non-empty string'],
    [{ resolutionS: 30 }, 'canaryAlarms resolutionS: expected 1 or 60, got 30'],
    [{ dimensions: 'Service' }, 'canaryAlarms dimensions: expected an object, got "Service"'],
    [{ dimensions: { Service: 5 } }, 'canaryAlarms dimensions Service: expected a string, got 5'],
    [{ vantage: '' }, 'canaryAlarms vantage'],
    [{ evreyMs: 5 }, /canaryAlarms options: expected only namespace, .*okActions, got "evreyMs"/],
  ])('%j', (more, words) => {
    const made = () => canaryAlarms(['a'], { ...options, ...more } as never)
    expect(made).toThrow(words)
    expect(made).toThrow(expect.objectContaining({ code: 'invalid-option' }))
  })

  test('canaries that are none', () => {
    expect(() => canaryAlarms('front page', options)).toThrow('canaryAlarms canaries: expected a list')
    expect(() => canaryAlarms([undefined as never], options)).toThrow('canaryAlarms canary name')
    expect(() => canaryAlarms([{ name: 'a', place: '/' }], options)).toThrow(
      expect.objectContaining({ code: 'invalid-place' }),
    )
    expect(() => canaryAlarms(['a'], undefined as never)).toThrow('canaryAlarms options: expected an object')
  })

  test('two of one name', () => {
    expect(() => canaryAlarms(['a', 'a'], options)).toThrow('names and places differ')
    expect(
      canaryAlarms(
        [
          { name: 'a', place },
          { name: 'a', place: 'aws' },
        ],
        options,
      ).length,
    ).toBe(4)
  })

  test('long periods may cover a week, short ones a day', () => {
    expect(
      canaryAlarms(['a'], { ...options, everyMs: hours(23), timeoutMs: hours(1), ofLast: 7, heartbeat: 'none' })[0],
    ).toMatchObject({ Period: 86_400, EvaluationPeriods: 7 })
  })

  test('periods below a minute need metrics of a second', () => {
    const often = { ...options, everyMs: seconds(5), timeoutMs: seconds(3) }
    expect(canaryAlarms(['a'], often)[0]!.Period).toBe(60)
    expect(canaryAlarms(['a'], { ...often, resolutionS: 1 })[0]!.Period).toBe(10)
    expect(() => canaryAlarms(['a'], { ...often, periodS: 30 })).toThrow('expected 60')
  })
})

test('printed plain, they are what was made; as CloudFormation, resources with ids of their own', () => {
  const alarms = canaryAlarms(['a b', 'a-b'], options)
  expect(JSON.parse(printAlarms(alarms, 'plain'))).toEqual(alarms)
  const { Resources } = JSON.parse(printAlarms(alarms, 'cloudformation')) as {
    Resources: Record<string, { Type: string; Properties: unknown }>
  }
  expect(Object.values(Resources).map(r => r.Properties)).toEqual(alarms)
  expect(Object.values(Resources).every(r => r.Type === 'AWS::CloudWatch::Alarm')).toBe(true)
  for (const id of Object.keys(Resources)) expect(id).toMatch(/^[A-Za-z0-9]{1,255}$/)
  expect(() => printAlarms(alarms, 'yaml' as never)).toThrow('printAlarms format')
})
