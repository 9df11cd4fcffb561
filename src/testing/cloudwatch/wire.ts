import type { IncomingMessage } from 'node:http'

/** A refusal on the wire: status, the model's name of the error, its older name, and words. */
export interface WireError {
  readonly status: number
  readonly type: string
  readonly code: string
  readonly message: string
}

/** A refusal that is thrown by what checks requests. */
export class Refused extends Error {
  readonly wire: WireError
  constructor(wire: WireError) {
    super(wire.message)
    this.wire = wire
  }
}

const refused = (status: number, type: string, code: string) => (message: string) =>
  new Refused({ status, type, code, message })

/** CloudWatch's own errors. Source: the error traits in @aws-sdk/client-cloudwatch 3.1164.0 (`schemas_0`). */
export const invalidValue = refused(400, 'InvalidParameterValueException', 'InvalidParameterValue')
export const invalidCombination = refused(400, 'InvalidParameterCombinationException', 'InvalidParameterCombination')
export const missingParameter = refused(400, 'MissingRequiredParameterException', 'MissingParameter')
export const validationError = refused(400, 'ValidationException', 'ValidationError')
export const notFound = refused(404, 'ResourceNotFound', 'ResourceNotFound')
export const invalidToken = refused(400, 'InvalidNextToken', 'InvalidNextToken')
export const tooLarge = refused(413, 'RequestEntityTooLargeException', 'RequestEntityTooLarge')

/** A request as it came. */
export interface WireRequest {
  /** `PutMetricData`, … */
  readonly operation: string
  readonly input: Record<string, unknown>
  /** Bytes of the body, unpacked, and whether it was packed. */
  readonly bytes: number
  readonly gzip: boolean
}

const TARGET = 'GraniteServiceVersion20100801.'
const LONGEST_BODY = 16 * 1024 * 1024

/**
 * Reads a request of the protocol AWS JSON 1.0, which is what @aws-sdk/client-cloudwatch 3.1164.0 speaks: POST, the
 * operation in `x-amz-target`, a body of JSON that may be packed with gzip.
 */
export async function readRequest(request: IncomingMessage): Promise<WireRequest> {
  const target = String(request.headers['x-amz-target'] ?? '')
  if (request.method !== 'POST' || !target.startsWith(TARGET))
    throw refused(404, 'UnknownOperationException', 'UnknownOperation')('only AWS JSON 1.0 is spoken here')
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.byteLength
    if (length > LONGEST_BODY) throw tooLarge('Request entity too large')
    chunks.push(chunk)
  }
  let body = Buffer.concat(chunks)
  const gzip = request.headers['content-encoding'] === 'gzip'
  if (gzip) {
    const { gunzipSync } = await import('node:zlib')
    body = gunzipSync(body, { maxOutputLength: LONGEST_BODY })
  }
  const input = JSON.parse(body.toString()) as Record<string, unknown>
  return { operation: target.slice(TARGET.length), input, bytes: body.byteLength, gzip }
}

/** The headers of an answer; of an error's, with its older name, which clients of this service still go by. */
export const headersOf = (error?: WireError): Record<string, string> => ({
  'content-type': 'application/x-amz-json-1.0',
  ...(error === undefined
    ? {}
    : { 'x-amzn-query-error': `${error.code};${error.status >= 500 ? 'Receiver' : 'Sender'}` }),
})

export const bodyOfError = ({ type, message }: WireError): string =>
  JSON.stringify({ __type: `com.amazonaws.cloudwatch#${type}`, message })
