import type { WireError } from './wire.ts'

/**
 * What the server can be told to do wrong.
 *
 * | fault | what happens |
 * |---|---|
 * | `throttle` | 400 Throttling |
 * | `error` | 500 InternalServiceFault |
 * | `unavailable` | 503 with a page of HTML, as a load balancer answers |
 * | `unauthorized` | 403 InvalidClientTokenId: unknown credentials |
 * | `expired` | 403 ExpiredToken |
 * | `forbidden` | 403 AccessDenied: credentials without the permission |
 * | `hang` | no answer, ever; the call is not done |
 * | `reset` | the connection is cut; the call is not done |
 * | `lost` | the call is done, and the connection is cut before an answer |
 * | `silent` | the call is done, and there is no answer, ever |
 */
export type CloudWatchFault = keyof typeof REFUSALS | 'unavailable' | 'hang' | 'reset' | 'lost' | 'silent'

const refusal = (status: number, type: string, code: string, message: string): WireError => ({
  status,
  type,
  code,
  message,
})

/** The faults that are an error of AWS. */
export const REFUSALS = {
  throttle: refusal(400, 'ThrottlingException', 'Throttling', 'Rate exceeded'),
  error: refusal(500, 'InternalServiceFault', 'InternalServiceError', 'Internal service error'),
  unauthorized: refusal(
    403,
    'UnrecognizedClientException',
    'InvalidClientTokenId',
    'The security token included in the request is invalid.',
  ),
  expired: refusal(
    403,
    'ExpiredTokenException',
    'ExpiredToken',
    'The security token included in the request is expired',
  ),
  forbidden: refusal(403, 'AccessDeniedException', 'AccessDenied', 'User is not authorized to perform this action'),
} as const satisfies Record<string, WireError>

export const isRefusal = (fault: CloudWatchFault): fault is keyof typeof REFUSALS => Object.hasOwn(REFUSALS, fault)

export const FAULTS: readonly CloudWatchFault[] = [
  ...(Object.keys(REFUSALS) as (keyof typeof REFUSALS)[]),
  'unavailable',
  'hang',
  'reset',
  'lost',
  'silent',
]
