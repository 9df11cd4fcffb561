/**
 * What the server can be told to do wrong.
 *
 * | fault | what happens |
 * |---|---|
 * | `throttle` | 429 ThrottlingException |
 * | `error` | 500 InternalServerException |
 * | `unavailable` | 503 with a page of HTML, as a load balancer answers |
 * | `unauthorized` | 401 UnrecognizedClientException |
 * | `forbidden` | 403 AccessDeniedException |
 * | `not-found` | 404 ResourceNotFoundException |
 * | `too-early` | 400 BadRequestException, Problem PollIntervalNotSatisfied; the token stays good |
 * | `expired` | 400 BadRequestException, Problem Expired |
 * | `bad-request` | 400 BadRequestException, without details |
 * | `hang` | no answer, ever; the token stays good |
 * | `lost` | the call is done and its token spent, and the connection is cut before an answer |
 * | `reset` | the call is done, and the connection is cut in the middle of the answer |
 * | `no-token` | an answer without the next token |
 */
export type AppConfigFault = keyof typeof REFUSALS | 'hang' | 'lost' | 'reset' | 'no-token'

/** A refusal on the wire: status, type of error, body (an object is sent as JSON). */
export interface Refusal {
  readonly status: number
  readonly type: string
  readonly body: object | string
}

/** The refusal of a token. */
export const tokenRefusal = (problem: string): Refusal => ({
  status: 400,
  type: 'BadRequestException',
  body: {
    Message: problem === 'PollIntervalNotSatisfied' ? 'Request too early' : `Token is ${problem.toLowerCase()}`,
    Reason: 'InvalidParameters',
    Details: { InvalidParameters: { configuration_token: { Problem: problem } } },
  },
})

const refusal = (status: number, type: string, Message: string): Refusal => ({ status, type, body: { Message } })

/** The faults that are an answer of their own. */
export const REFUSALS = {
  throttle: refusal(429, 'ThrottlingException', 'Rate exceeded'),
  error: refusal(500, 'InternalServerException', 'Internal error'),
  unavailable: { status: 503, type: '', body: '<html><body>503 Service Temporarily Unavailable</body></html>' },
  unauthorized: refusal(401, 'UnrecognizedClientException', 'The security token included in the request is invalid.'),
  forbidden: refusal(403, 'AccessDeniedException', 'User is not authorized to perform this action'),
  'not-found': {
    status: 404,
    type: 'ResourceNotFoundException',
    body: { Message: 'Configuration not found', ResourceType: 'Configuration' },
  },
  'too-early': tokenRefusal('PollIntervalNotSatisfied'),
  expired: tokenRefusal('Expired'),
  'bad-request': refusal(400, 'BadRequestException', 'The request is invalid'),
} as const satisfies Record<string, Refusal>

export const isRefusal = (fault: AppConfigFault): fault is keyof typeof REFUSALS => Object.hasOwn(REFUSALS, fault)

export const FAULTS: readonly AppConfigFault[] = [
  ...(Object.keys(REFUSALS) as (keyof typeof REFUSALS)[]),
  'hang',
  'lost',
  'reset',
  'no-token',
]
