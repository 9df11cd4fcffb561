import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AndonError } from '../../../src/core/index.ts'
import { callFailure } from '../../../src/flags/sources/app-config-failure.ts'
import { anything } from '../../core/support.ts'

const http = (status: number, name = 'Error', more: object = {}) =>
  Object.assign(new Error('what the service said'), { name, $metadata: { httpStatusCode: status }, ...more })
const problem = (Problem: string, message = 'bad') =>
  Object.assign(http(400, 'BadRequestException'), {
    message,
    Details: { InvalidParameters: { configuration_token: { Problem } } },
  })

test.each([
  ['get', problem('Expired'), 'new-session', 'token-refused'],
  ['get', problem('Corrupted'), 'new-session', 'token-refused'],
  ['get', problem('PollIntervalNotSatisfied'), 'wait', 'too-early'],
  // The details decide, not the words.
  ['get', problem('Expired', 'Request too early'), 'new-session', 'token-refused'],
  ['get', Object.assign(http(400, 'BadRequestException'), { message: 'Request too early' }), 'wait', 'too-early'],
  ['get', http(400, 'BadRequestException'), 'new-session', 'token-refused'],
  ['start', http(400, 'BadRequestException'), 'slow', 'refused'],
  ['get', http(429, 'ThrottlingException'), 'back-off', 'throttled'],
  ['get', http(429), 'back-off', 'throttled'],
  ['start', http(500, 'InternalServerException'), 'back-off', 'server-error'],
  ['get', http(503, 'SyntaxError'), 'back-off', 'server-error'],
  ['get', http(401, 'UnrecognizedClientException'), 'slow', 'denied'],
  ['get', http(403, 'AccessDeniedException'), 'slow', 'denied'],
  ['get', http(404, 'ResourceNotFoundException'), 'slow', 'not-found'],
  [
    'get',
    Object.assign(http(403), { $metadata: { httpStatusCode: 403, clockSkewCorrected: true } }),
    'back-off',
    'denied',
  ],
  ['get', Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }), 'back-off-new-session', 'unreachable'],
  // An answer that came, but not whole.
  ['get', http(200, 'Error'), 'back-off-new-session', 'unreachable'],
  ['get', Object.assign(new Error('cut'), { $response: { statusCode: 502 } }), 'back-off', 'server-error'],
  ['get', new AndonError('timeout', 'no answer within 10 ms'), 'back-off-new-session', 'timeout'],
  ['start', new AndonError('missing-package', 'type: npm install'), 'slow', 'missing-package'],
] as const)('%s: %j → %s, told as %s', (call, error, remedy, code) => {
  expect(callFailure('source', call, error)).toMatchObject({ remedy, error: { code } })
})

test('whatever is thrown has a remedy and words, with the cause behind them', () => {
  fc.assert(
    fc.property(fc.constantFrom('start' as const, 'get' as const), anything, (call, thrown) => {
      const { error, remedy } = callFailure('source', call, thrown)
      expect(remedy).toMatch(/wait|slow|back-off|new-session/)
      expect(error.message).toMatch(/^source: [a-z-]+: ./)
    }),
  )
})
