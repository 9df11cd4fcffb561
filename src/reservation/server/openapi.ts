import { REQUEST_LIMITS } from '../wire/limits.ts'
import { ACTIVITIES, CORD_LEVELS, OUTCOMES, PHASES, PRIORITIES, RESOLUTIONS, TARGET_PHASES } from '../wire/words.ts'

type Json = Readonly<Record<string, unknown>>

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` })
const listOf = (items: Json, extra: Json = {}) => ({ type: 'array', items, ...extra })
const object = (required: readonly string[], properties: Json, extra: Json = {}) => ({
  type: 'object',
  required,
  properties,
  ...extra,
})
/** What is asked for: a field that nobody reads is an error. */
const request = (required: readonly string[], properties: Json) =>
  object(required, properties, { additionalProperties: false })
const text = (maxLength: number, description?: string) => ({
  type: 'string',
  pattern: '\\S',
  maxLength,
  ...(description !== undefined && { description }),
})
const whole = (minimum: number, maximum: number, description: string) => ({
  type: 'integer',
  minimum,
  maximum,
  description,
})

const NAME = text(REQUEST_LIMITS.name)
const REASON = text(REQUEST_LIMITS.reason, 'Why, for people.')
const TTL = whole(1, REQUEST_LIMITS.ttlMs, 'Milliseconds. Default and maximum: the policy’s.')
const TOKEN = whole(1, Number.MAX_SAFE_INTEGER, 'The fencing token of the grant.')
const TIME = { type: 'number', description: 'Epoch milliseconds by the store’s clock.' }
const COUNT = { type: 'integer', minimum: 0 }
const STRING = { type: 'string' }
const ACTIVITY = { enum: ACTIVITIES }
const PRIORITY = { enum: PRIORITIES }

const json = (schema: Json) => ({ 'application/json': { schema } })
const answer = (description: string, schema: Json) => ({ description, content: json(schema) })
const failure = (description: string) => answer(description, ref('Error'))
const body = (name: string) => ({ required: true, content: json(ref(name)) })
const query = (name: string, schema: Json, description: string) => ({ name, in: 'query', schema, description })

const ID = { name: 'id', in: 'path', required: true, schema: STRING, description: 'Of the reservation or proposal.' }
const COMMON = {
  401: failure('Who asks is not certain.'),
  403: failure('It is not for this principal to do.'),
  429: failure('Too many requests; `retry-after` says for how long.'),
  500: failure('Something that should not happen.'),
  503: failure('The store cannot be reached, or did not say whether it took it: ask again, with the same key.'),
  504: failure('It took too long.'),
}
const WITH_BODY = {
  400: failure('The body is not JSON at all, or the request cannot be read.'),
  422: failure('The message names the field, what was expected and what came.'),
  413: failure('The body is too large.'),
  415: failure('The body is not JSON.'),
}
const MOVE = {
  ...WITH_BODY,
  ...COMMON,
  404: failure('There is no such reservation, host, casualty or proposal.'),
  409: failure('The move is not possible from where the reservation is, or whoever has to agree does not.'),
  410: failure('The token is not, or no longer, the right to act: stop at once.'),
}
/** What it takes to be let in, and for whom it is. */
const forRoles = (...roles: string[]) => ({ 'x-roles': roles })
const moved = { 200: answer('As it is now.', ref('Reservation')), ...MOVE }
const released = { 200: answer('What became of it.', ref('ReleaseAnswer')), ...MOVE }
const OWN = 'A principal moves its own reservations; an operator, anybody’s.'

/** What the server says of itself at `/openapi.json` (OpenAPI 3.1). `x-roles` tells who may. */
export const RESERVATION_OPENAPI = /* @__PURE__ */ Object.freeze({
  openapi: '3.1.0',
  info: {
    title: 'Host reservations',
    version: '1',
    description:
      'Nothing touches a host without an exclusive reservation. A lease that expires makes its host a casualty; it never gives capacity back.',
  },
  security: [{ hmac: [] }, { bearer: [] }, { certificate: [] }],
  paths: {
    '/v1/reservations': {
      post: {
        operationId: 'reserve',
        summary: 'Ask for a host. The holder is whoever asks.',
        ...forRoles('automation', 'operator'),
        requestBody: body('ReserveRequest'),
        responses: {
          200: answer('It was granted to an earlier request with the same key.', ref('Granted')),
          201: answer('Granted.', ref('Granted')),
          409: answer('Denied: the first check that said no, why, and what would have to change.', ref('Denied')),
          ...WITH_BODY,
          ...COMMON,
          410: failure('The reservation that the key was granted is over.'),
          422: failure('A field is not as it has to be, or the key was used for something else.'),
        },
      },
      get: {
        operationId: 'listReservations',
        summary: 'Live reservations.',
        ...forRoles('read'),
        parameters: [
          query('host', STRING, 'Only of this host.'),
          query('holder', STRING, 'Only of this principal.'),
          query('key', STRING, 'Only what this key was granted.'),
        ],
        responses: {
          200: answer('All that fit.', object(['reservations'], { reservations: listOf(ref('Reservation')) })),
          422: WITH_BODY[422],
          ...COMMON,
        },
      },
    },
    '/v1/reservations/{id}': {
      get: {
        operationId: 'getReservation',
        summary: 'One live reservation.',
        ...forRoles('read'),
        parameters: [ID],
        responses: { 200: moved[200], 404: MOVE[404], ...COMMON },
      },
    },
    '/v1/reservations/{id}/renew': {
      post: {
        operationId: 'renew',
        summary: `Let the lease last anew. ${OWN}`,
        ...forRoles('automation', 'operator'),
        parameters: [ID],
        requestBody: body('RenewRequest'),
        responses: moved,
      },
    },
    '/v1/reservations/{id}/advance': {
      post: {
        operationId: 'advance',
        summary: `Move on to the next phase. ${OWN}`,
        ...forRoles('automation', 'operator'),
        parameters: [ID],
        requestBody: body('AdvanceRequest'),
        responses: moved,
      },
    },
    '/v1/reservations/{id}/release': {
      post: {
        operationId: 'release',
        summary: `End it. ${OWN}`,
        ...forRoles('automation', 'operator'),
        parameters: [ID],
        requestBody: body('ReleaseRequest'),
        responses: released,
      },
    },
    '/v1/reservations/{id}/cancel': {
      post: {
        operationId: 'cancel',
        summary: `Give up. ${OWN} An operator needs no token.`,
        ...forRoles('automation', 'operator'),
        parameters: [ID],
        requestBody: body('CancelRequest'),
        responses: released,
      },
    },
    '/v1/explain': {
      post: {
        operationId: 'explain',
        summary: 'What each check says now, without any effect.',
        ...forRoles('read'),
        requestBody: body('ExplainRequest'),
        responses: { 200: answer('All checks.', ref('Explanation')), 404: MOVE[404], ...WITH_BODY, ...COMMON },
      },
    },
    '/v1/check': {
      post: {
        operationId: 'check',
        summary: 'Whether a token is the right to act on a host, asked just before acting.',
        ...forRoles('read'),
        requestBody: body('CheckRequest'),
        responses: {
          200: answer(
            'It is.',
            object(['leftMs', 'reservation'], { leftMs: { type: 'number' }, reservation: ref('Reservation') }),
          ),
          ...MOVE,
        },
      },
    },
    '/v1/casualties': {
      get: {
        operationId: 'listCasualties',
        summary: 'Hosts that did not come back.',
        ...forRoles('read'),
        responses: {
          200: answer('All of them.', object(['casualties'], { casualties: listOf(ref('Casualty')) })),
          ...COMMON,
        },
      },
    },
    '/v1/casualties/resolve': {
      post: {
        operationId: 'resolve',
        summary: 'Say what became of a casualty.',
        ...forRoles('operator'),
        requestBody: body('ResolveRequest'),
        responses: { 204: { description: 'It is resolved.' }, ...MOVE },
      },
    },
    '/v1/waiting': {
      get: {
        operationId: 'listWaiting',
        summary: 'Who stands in line.',
        ...forRoles('read'),
        responses: { 200: answer('In order.', object(['waiting'], { waiting: listOf(ref('Waiting')) })), ...COMMON },
      },
    },
    '/v1/status': {
      get: {
        operationId: 'status',
        summary: 'The cell at a glance.',
        ...forRoles('read'),
        responses: { 200: answer('As it is now.', ref('CellStatus')), ...COMMON },
      },
    },
    '/v1/audit': {
      get: {
        operationId: 'audit',
        summary: 'Every decision and every transition, in order.',
        ...forRoles('read'),
        parameters: [
          query('after', COUNT, 'Entries after this sequence number. Default 0.'),
          query('limit', whole(1, REQUEST_LIMITS.audit, 'How many at most.'), 'Default 100.'),
        ],
        responses: {
          200: answer('Up to `limit` entries.', object(['entries'], { entries: listOf(ref('AuditEntry')) })),
          410: failure('Entries as old as that are gone.'),
          422: WITH_BODY[422],
          ...COMMON,
        },
      },
    },
    '/v1/cord': {
      get: {
        operationId: 'readCord',
        summary: 'How the emergency stop stands.',
        ...forRoles('read'),
        responses: { 200: answer('As it is now.', ref('Cord')), ...COMMON },
      },
      post: {
        operationId: 'moveCord',
        summary: 'Pull the emergency stop, or let go of it. Only an operator lets go.',
        ...forRoles('automation', 'operator'),
        requestBody: body('CordRequest'),
        responses: { 200: answer('As it is now.', ref('Cord')), ...WITH_BODY, ...COMMON },
      },
    },
    '/v1/break-glass': {
      post: {
        operationId: 'proposeBreakGlass',
        summary: 'Ask for what the rules do not allow; a second principal has to agree.',
        ...forRoles('break-glass'),
        requestBody: body('BreakGlassRequest'),
        responses: { 201: answer('It waits for a second one.', ref('Proposal')), ...MOVE },
      },
    },
    '/v1/break-glass/{id}/confirm': {
      post: {
        operationId: 'confirmBreakGlass',
        summary: 'Agree, and name the same stripes. The reservation is the proposer’s.',
        ...forRoles('break-glass'),
        parameters: [ID],
        requestBody: body('ConfirmRequest'),
        responses: {
          201: answer('Granted.', ref('Granted')),
          ...WITH_BODY,
          ...COMMON,
          404: MOVE[404],
          409: answer('Denied all the same.', ref('Denied')),
        },
      },
    },
    '/v1/policy': {
      put: {
        operationId: 'setPolicy',
        summary: 'What the fleet can spare.',
        ...forRoles('operator'),
        requestBody: body('Policy'),
        responses: { 204: { description: 'It is in force.' }, ...WITH_BODY, ...COMMON },
      },
    },
    '/v1/hosts': {
      post: {
        operationId: 'addHosts',
        summary: 'Make hosts part of the fleet, or say anew what rack and group they are in.',
        ...forRoles('operator'),
        requestBody: body('AddHostsRequest'),
        responses: { 204: { description: 'They are.' }, ...WITH_BODY, ...COMMON },
      },
    },
    '/v1/hosts/remove': {
      post: {
        operationId: 'removeHosts',
        summary: 'Take hosts out of the fleet.',
        ...forRoles('operator'),
        requestBody: body('RemoveHostsRequest'),
        responses: { 204: { description: 'They are out, or go when their reservation ends.' }, ...MOVE },
      },
    },
    '/v1/events': {
      get: {
        operationId: 'events',
        summary: 'Server-sent events named `change`, each with what changed as JSON. After a gap, ask for the status.',
        ...forRoles('read'),
        responses: {
          200: { description: 'Until one side ends it.', content: { 'text/event-stream': { schema: STRING } } },
          ...COMMON,
        },
      },
    },
    '/openapi.json': {
      get: {
        operationId: 'openapi',
        summary: 'This document.',
        security: [],
        ...forRoles('anonymous'),
        responses: { 200: answer('OpenAPI 3.1.', { type: 'object' }) },
      },
    },
    '/healthz': {
      get: {
        operationId: 'health',
        summary: 'Whether the ledger can be read.',
        security: [],
        ...forRoles('anonymous'),
        responses: {
          200: answer('It can.', object(['ok'], { ok: { const: true } })),
          503: answer('It cannot, or not yet.', object(['ok'], { ok: { const: false } })),
        },
      },
    },
  },
  components: {
    securitySchemes: {
      hmac: {
        type: 'apiKey',
        in: 'header',
        name: 'authorization',
        description:
          'Andon-HMAC-SHA256 over method, path, host, principal, time, nonce and body, with the principal’s own secret.',
      },
      bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
      certificate: { type: 'mutualTLS' },
    },
    schemas: {
      Host: {
        type: 'string',
        maxLength: REQUEST_LIMITS.host,
        pattern: `^${Array(3).fill(segment()).join('/')}/(${segment()}|-)/${segment()}$`,
        description: 'partition/region/zone/cell/host; `-` for a host that is in no cell.',
      },
      ReserveRequest: request(['host', 'activity', 'reason'], {
        host: ref('Host'),
        activity: ACTIVITY,
        reason: REASON,
        ttlMs: TTL,
        key: text(
          REQUEST_LIMITS.name,
          'The same for every repetition of one request, which is granted once. Each principal’s own.',
        ),
        priority: PRIORITY,
        waitMs: whole(
          0,
          REQUEST_LIMITS.waitMs,
          'Milliseconds to stand in line. One request waits for a bounded time; repeated with the same key it keeps its place.',
        ),
        keepPlaceMs: whole(
          0,
          REQUEST_LIMITS.keepPlaceMs,
          'When it was not granted: for how long its place in line is kept for the same request, by its key. Default 0.',
        ),
      }),
      ExplainRequest: request(['host', 'activity'], {
        host: ref('Host'),
        activity: ACTIVITY,
        priority: PRIORITY,
        ttlMs: TTL,
      }),
      CheckRequest: request(['host', 'token'], { host: ref('Host'), token: TOKEN }),
      RenewRequest: request(['token'], { token: TOKEN, ttlMs: TTL }),
      AdvanceRequest: request(['token', 'to'], { token: TOKEN, to: { enum: TARGET_PHASES } }),
      ReleaseRequest: request(['token', 'outcome'], { token: TOKEN, outcome: { enum: OUTCOMES }, reason: REASON }),
      CancelRequest: request(['reason'], { token: TOKEN, reason: REASON }),
      ResolveRequest: request(['host', 'as', 'reason'], {
        host: ref('Host'),
        as: { enum: RESOLUTIONS },
        reason: REASON,
      }),
      CordRequest: request(['level', 'reason'], { level: { enum: CORD_LEVELS }, reason: REASON }),
      BreakGlassRequest: request(['host', 'activity', 'reason'], {
        host: ref('Host'),
        activity: ACTIVITY,
        reason: REASON,
        ttlMs: TTL,
        accept: listOf(NAME, { maxItems: REQUEST_LIMITS.stripes, description: 'The stripes that may be hurt.' }),
      }),
      ConfirmRequest: request([], { accept: listOf(NAME, { maxItems: REQUEST_LIMITS.stripes }) }),
      AddHostsRequest: request(['hosts'], {
        hosts: listOf(request(['id'], { id: ref('Host'), rack: NAME, group: NAME }), {
          maxItems: REQUEST_LIMITS.hosts,
        }),
      }),
      RemoveHostsRequest: request(['hosts'], { hosts: listOf(ref('Host'), { maxItems: REQUEST_LIMITS.hosts }) }),
      Limit: {
        description: 'So many hosts, or a share of those that there are.',
        oneOf: [whole(0, Number.MAX_SAFE_INTEGER, 'Hosts.'), request(['share'], { share: share() })],
      },
      Window: request(['from', 'to'], {
        activities: listOf(ACTIVITY),
        places: listOf(STRING),
        days: listOf(whole(1, 7, 'ISO day of the week; 1 is Monday.')),
        from: { type: 'string', pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' },
        to: { type: 'string', pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' },
        timeZone: { type: 'string', description: 'IANA name. Default UTC.' },
      }),
      Policy: request(['maxOffline'], {
        maxOffline: request([], {
          fleet: ref('Limit'),
          region: ref('Limit'),
          zone: ref('Limit'),
          rack: whole(1, Number.MAX_SAFE_INTEGER, 'Default 1.'),
          group: whole(1, Number.MAX_SAFE_INTEGER, 'Default 1.'),
          restart: ref('Limit'),
          'long-offline': ref('Limit'),
          destroy: ref('Limit'),
        }),
        minInService: request([], { region: ref('Limit'), zone: ref('Limit') }),
        velocity: request(['grants', 'perMs'], {
          grants: whole(1, 100_000, 'Grants within any span of `perMs`.'),
          perMs: { type: 'number', minimum: 1 },
        }),
        windows: listOf(ref('Window')),
        oneZoneAtATime: { enum: ['region', 'fleet', 'off'] },
        maxCasualties: ref('Limit'),
        ttlMs: request([], { default: { type: 'number', minimum: 1 }, max: { type: 'number', minimum: 1 } }),
      }),
      Reason: object(['code', 'message'], { code: STRING, message: STRING, detail: {} }),
      Reservation: object(
        [
          ...['id', 'host', 'activity', 'phase', 'holder', 'reason', 'priority', 'token'],
          ...['grantedAt', 'expiresAt', 'ttlMs', 'placementVersion'],
        ],
        {
          id: STRING,
          host: ref('Host'),
          activity: ACTIVITY,
          phase: { enum: PHASES },
          holder: STRING,
          reason: STRING,
          priority: PRIORITY,
          token: { type: 'integer', minimum: 1 },
          grantedAt: TIME,
          expiresAt: TIME,
          ttlMs: { type: 'number' },
          key: STRING,
          placementVersion: COUNT,
          breakGlass: object(['by', 'reason', 'accepted'], {
            by: listOf(STRING, { minItems: 2, maxItems: 2 }),
            reason: STRING,
            accepted: listOf(STRING),
          }),
          ending: { enum: ['completed', 'cancelled'] },
        },
      ),
      Granted: object(['granted', 'reservation'], { granted: { const: true }, reservation: ref('Reservation') }),
      Denied: object(['granted', 'step', 'reasons'], {
        granted: { const: false },
        step: STRING,
        reasons: listOf(ref('Reason')),
        change: { type: 'string', description: 'What would have to change.' },
      }),
      ReleaseAnswer: {
        oneOf: [
          object(['state'], { state: { enum: ['completed', 'cancelled', 'casualty'] } }),
          object(['state', 'reasons', 'reservation'], {
            state: { const: 'restoring', description: 'The health check has not said go: the host is still yours.' },
            reasons: listOf(ref('Reason')),
            reservation: ref('Reservation'),
          }),
        ],
      },
      Explanation: object(['host', 'activity', 'grantable', 'steps'], {
        host: ref('Host'),
        activity: ACTIVITY,
        grantable: { type: 'boolean' },
        steps: listOf(
          object(['step', 'ok', 'reasons'], {
            step: STRING,
            ok: { type: 'boolean' },
            reasons: listOf(ref('Reason')),
            change: STRING,
          }),
        ),
      }),
      Casualty: object(['host', 'cause', 'since', 'reservation', 'holder', 'activity', 'reason', 'token'], {
        host: ref('Host'),
        cause: { enum: ['expired', 'failed'] },
        since: TIME,
        reservation: STRING,
        holder: STRING,
        activity: ACTIVITY,
        reason: STRING,
        token: { type: 'integer', minimum: 1 },
      }),
      Waiting: object(['host', 'activity', 'holder', 'reason', 'priority', 'since', 'because'], {
        host: ref('Host'),
        activity: ACTIVITY,
        holder: STRING,
        reason: STRING,
        priority: PRIORITY,
        since: TIME,
        because: listOf(ref('Reason')),
      }),
      Proposal: object(['id', 'host', 'activity', 'holder', 'reason', 'ttlMs', 'accepted', 'until'], {
        id: STRING,
        host: ref('Host'),
        activity: ACTIVITY,
        holder: STRING,
        reason: STRING,
        ttlMs: { type: 'number' },
        accepted: listOf(STRING),
        until: TIME,
      }),
      Cord: object(['level', 'by', 'reason', 'at'], {
        level: { enum: CORD_LEVELS },
        by: STRING,
        reason: STRING,
        at: TIME,
      }),
      CellStatus: object(
        [
          ...['cell', 'at', 'hosts', 'zones', 'reservations', 'casualties'],
          ...['waiting', 'proposals', 'cord', 'policy', 'denials'],
        ],
        {
          cell: STRING,
          at: TIME,
          hosts: COUNT,
          zones: listOf(
            object(['zone', 'hosts', 'reserved', 'casualties', 'maxOffline'], {
              zone: STRING,
              hosts: COUNT,
              reserved: COUNT,
              casualties: COUNT,
              maxOffline: COUNT,
            }),
          ),
          reservations: listOf(ref('Reservation')),
          casualties: listOf(ref('Casualty')),
          waiting: listOf(ref('Waiting')),
          proposals: listOf(ref('Proposal')),
          cord: ref('Cord'),
          policy: ref('Policy'),
          denials: listOf(
            object(['at', 'host', 'activity', 'holder', 'step', 'reasons'], {
              at: TIME,
              host: ref('Host'),
              activity: ACTIVITY,
              holder: STRING,
              step: STRING,
              reasons: listOf(ref('Reason')),
            }),
          ),
        },
      ),
      AuditEntry: object(['sequence', 'at', 'events'], {
        sequence: COUNT,
        at: TIME,
        events: listOf(object(['type'], { type: STRING }, { additionalProperties: true })),
      }),
      Error: object(['error'], {
        error: object(['code', 'message'], {
          code: { type: 'string', description: 'For machines, as in `reservation-lost`.' },
          message: { type: 'string', description: 'For people.' },
          field: STRING,
        }),
      }),
    },
  },
})

function segment(): string {
  return '[A-Za-z0-9][A-Za-z0-9._:\\-]*'
}

function share(): Json {
  return { type: 'number', minimum: 0, maximum: 1 }
}
