/**
 * Headers that do not count: what belongs to one connection (RFC 9110, section 7.6.1), to the time at which the answer
 * was made, to one request, or to whoever stands in front of a service. `content-length` is among them because bodies
 * are compared themselves, and `content-encoding` because they are compared decoded: whether an answer is compressed is
 * as a rule up to a proxy, of which the candidate has none.
 */
export const IGNORED_HEADERS: readonly string[] = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'date',
  'age',
  'expires',
  'server-timing',
  'x-response-time',
  'x-runtime',
  'request-id',
  'x-request-id',
  'x-correlation-id',
  'x-trace-id',
  'traceparent',
  'tracestate',
  'traceresponse',
  'x-amzn-requestid',
  'x-amzn-trace-id',
  'x-amz-request-id',
  'x-amz-id-2',
  'x-amz-cf-id',
  'x-amz-cf-pop',
  'cf-ray',
  'via',
  'server',
  'alt-svc',
  'x-cache',
  'x-served-by',
  'x-envoy-upstream-service-time',
  'content-length',
  'content-encoding',
]

/** Headers that are sets of names in which neither order nor case counts. */
export const SET_HEADERS: ReadonlySet<string> = new Set([
  'access-control-allow-headers',
  'access-control-allow-methods',
  'access-control-expose-headers',
  'allow',
  'vary',
])

/** Headers that give access to something: what they hold is never shown. */
export const SECRET_HEADERS: ReadonlySet<string> = new Set([
  'authentication-info',
  'authorization',
  'proxy-authentication-info',
  'proxy-authorization',
  'set-cookie',
  'x-amz-security-token',
  'x-api-key',
  'x-csrf-token',
])
