import { AndonError } from '../core/errors.ts'
import { messageOf } from '../core/options.ts'

/** What is thrown when an optional peer cannot be loaded: `missing-package`, with the line to type. */
export function missingPeer(name: string, cause: unknown): AndonError<'missing-package'> {
  const { code } = cause as NodeJS.ErrnoException
  const absent = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND'
  const what = absent ? 'is not installed' : `could not be loaded (${messageOf(cause)})`
  return new AndonError('missing-package', `${name} ${what}; type: npm install ${name}`, { cause })
}
