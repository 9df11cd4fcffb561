import { AndonError } from '../../core/errors.ts'

/** Who asks, as they say. */
export interface NodeRequest {
  readonly id: string
  readonly group: string
}

const GROUP = /^[a-zA-Z0-9.-]{1,256}$/
const LONGEST_ID = 256

/** Reads `{ client_params: { id, group } }`. Throws `malformed_request`; what else there is does not matter. */
export function readNodeRequest(body: unknown): NodeRequest {
  const { id, group } = objectIn(objectIn(body, 'the body').client_params, 'client_params')
  if (typeof id !== 'string' || id === '' || id.length > LONGEST_ID)
    throw malformed(`client_params.id: expected a string of 1 to ${LONGEST_ID} characters`)
  if (typeof group !== 'string' || !GROUP.test(group))
    throw malformed('client_params.group: expected letters, digits, dots and dashes')
  return { id, group }
}

function objectIn(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw malformed(`${name}: expected an object`)
  return value as Record<string, unknown>
}

const malformed = (message: string) => new AndonError('malformed_request', message)
