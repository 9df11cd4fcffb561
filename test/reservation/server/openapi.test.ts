import { Validator } from '@seriousme/openapi-schema-validator'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isAndonError } from '../../../src/core/errors.ts'
import { RESERVATION_OPENAPI } from '../../../src/reservation/server/openapi.ts'
import * as requests from '../../../src/reservation/server/read-requests.ts'
import { httpWorld } from '../http-world.ts'
import { OPERATIONS, validatorAt } from './document.ts'

describe('the document', () => {
  test('is OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(RESERVATION_OPENAPI))
    expect(errors).toBeUndefined()
    expect(valid).toBe(true)
  })

  test('each operation has a name of its own', () => {
    const names = OPERATIONS.map(({ operation }) => (operation as unknown as { operationId: string }).operationId)
    expect(new Set(names).size).toBe(names.length)
  })

  test('is served as it is, to anybody', async () => {
    const { server } = await httpWorld()
    const answer = await fetch(`${server.url}/openapi.json`)
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(await answer.json()).toEqual(JSON.parse(JSON.stringify(RESERVATION_OPENAPI)))
  })
})

const PARSERS: Readonly<Record<string, (body: unknown) => unknown>> = {
  ReserveRequest: requests.readReserve,
  ExplainRequest: requests.readExplain,
  CheckRequest: requests.readCheck,
  RenewRequest: requests.readRenew,
  AdvanceRequest: requests.readAdvance,
  ReleaseRequest: requests.readRelease,
  CancelRequest: requests.readCancel,
  ResolveRequest: requests.readResolve,
  CordRequest: requests.readCord,
  BreakGlassRequest: requests.readBreakGlass,
  ConfirmRequest: requests.readConfirm,
  AddHostsRequest: requests.readAddHosts,
  RemoveHostsRequest: requests.readRemoveHosts,
  Policy: requests.readPolicyBody,
}

const place = fc.constantFrom(
  ...['aws/us-east-1/use1-az1/c1/h1', 'aws/us-east-1/use1-az1/-/h1', 'a/b/c/d/e:1.x_y-z'],
  ...[
    'aws/us-east-1',
    'aws/us-east-1/use1-az1/c1/h1/x',
    '-/b/c/d/e',
    'a/b/c/d/-',
    'a//c/d/e',
    'a/b/c/d/e\n',
    'é/b/c/d/e',
    '',
  ],
  `aws/us-east-1/use1-az1/c1/${'h'.repeat(600)}`,
)
const text = fc.oneof(
  fc.string(),
  fc.constantFrom(
    'why',
    ' ',
    '\u00a0',
    '\ufeff',
    '😀'.repeat(256),
    '😀'.repeat(257),
    'x'.repeat(2000),
    'x'.repeat(2001),
  ),
)
const odd = fc.constantFrom<unknown>(null, true, '1', 0, -1, 0.5, 1e300, Number.MAX_SAFE_INTEGER, [], {}, '')
/** Mostly as it should be, so that whole bodies are too now and then. */
const mostly = (good: fc.Arbitrary<unknown>, bad: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 12, arbitrary: good }, { weight: 1, arbitrary: bad })
const number = mostly(
  fc.oneof(fc.integer({ min: 1 }), fc.constantFrom(1, 60_000)),
  fc.oneof(fc.constantFrom<unknown>(86_400_000, 86_400_001, 31_536_000_001), odd),
)
const word = fc.constantFrom<unknown>(
  ...['restart', 'long-offline', 'destroy', 'low', 'normal', 'high', 'emergency', 'healthy', 'failed', 'repaired'],
  ...[
    'destroyed',
    'retired',
    'released',
    'hold',
    'freeze',
    'granted',
    'preparing',
    'approved',
    'executing',
    'restoring',
  ],
  ...['Restart', 'region', 'fleet', 'off', 7],
)
const share = mostly(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom<unknown>(-0.1, 1.1, null))
const limit = mostly(fc.oneof(fc.nat(), fc.record({ share })), odd)
const host = fc.record({ id: place, rack: text, group: text, racks: text }, { requiredKeys: ['id'] })
const time = mostly(fc.constantFrom('00:00', '23:59', '22:30'), fc.constantFrom('24:00', '7:00', '22:30 '))
const window = fc.record(
  {
    activities: fc.array(mostly(fc.constantFrom('restart', 'destroy'), odd), { maxLength: 2 }),
    places: fc.array(mostly(place, odd), { maxLength: 2 }),
    days: fc.array(mostly(fc.integer({ min: 1, max: 7 }), fc.constantFrom<unknown>(0, 8, '1')), { maxLength: 2 }),
    from: time,
    to: time,
  },
  { requiredKeys: ['from', 'to'] },
)
const FIELDS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  host: place,
  activity: word,
  priority: word,
  outcome: word,
  as: word,
  to: word,
  level: word,
  reason: text,
  key: text,
  ttlMs: number,
  waitMs: number,
  keepPlaceMs: number,
  token: number,
  accept: fc.array(text, { maxLength: 3 }),
  hosts: fc.oneof(fc.array(host, { maxLength: 3 }), fc.array(place, { maxLength: 3 })),
  maxOffline: fc.record({ fleet: limit, zone: limit, rack: number, restart: limit }, { requiredKeys: [] }),
  minInService: fc.record({ region: limit }, { requiredKeys: [] }),
  velocity: fc.record({ grants: mostly(fc.integer({ min: 1, max: 1000 }), number), perMs: number }),
  windows: fc.array(window, { maxLength: 2 }),
  oneZoneAtATime: word,
  maxCasualties: limit,
  surprise: odd,
}

/** Bodies that have some of a schema's fields, mostly near what they have to be. */
function bodyOf(name: string): fc.Arbitrary<unknown> {
  const schema = RESERVATION_OPENAPI.components.schemas[name as 'Policy'] as unknown as {
    required: readonly string[]
    properties: Record<string, { enum?: readonly unknown[] }>
  }
  const fields = Object.fromEntries(
    Object.entries(schema.properties).map(([field, { enum: words }]) => {
      const own =
        name === 'Policy' && field === 'ttlMs' ? fc.record({ max: number }, { requiredKeys: [] }) : FIELDS[field]!
      const good = words ? fc.constantFrom(...words) : own
      return [
        field,
        fc.oneof({ weight: 16, arbitrary: good }, { weight: 2, arbitrary: own }, { weight: 1, arbitrary: odd }),
      ]
    }),
  )
  return fc.oneof(
    { weight: 8, arbitrary: fc.record(fields, { requiredKeys: [...schema.required] }) },
    { weight: 2, arbitrary: fc.record({ ...fields, surprise: FIELDS.surprise! }, { requiredKeys: [] }) },
    { weight: 1, arbitrary: odd },
  )
}

describe('what the server takes is what the document says', () => {
  const inDocument = OPERATIONS.flatMap(({ operation }) => {
    const schema = operation.requestBody?.content['application/json']?.schema as { $ref: string } | undefined
    return schema ? [schema.$ref.split('/').at(-1)!] : []
  })

  test('each body in the document has its reader here', () => {
    expect(Object.keys(PARSERS).sort()).toEqual([...new Set(inDocument)].sort())
  })

  test.each(Object.keys(PARSERS))('%s', name => {
    const validate = validatorAt(`/components/schemas/${name}`)
    let good = 0
    fc.assert(
      fc.property(bodyOf(name), given => {
        const body = JSON.parse(JSON.stringify(given)) as unknown
        let taken = true
        try {
          PARSERS[name]!(body)
        } catch (error) {
          if (!isAndonError(error)) throw error
          taken = false
        }
        if (taken) good++
        expect(validate(body), JSON.stringify({ body, errors: validate.errors })).toBe(taken)
      }),
      { numRuns: 1500 },
    )
    expect(good).toBeGreaterThan(10)
  })
})
