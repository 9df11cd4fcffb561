import { AndonError } from './errors.ts'
import { messageOf } from './options.ts'

/** What is thrown when an optional peer cannot be loaded: `missing-package`, with the line to type. */
export function missingPackage(names: string | readonly string[], cause: unknown): AndonError<'missing-package'> {
  const all = typeof names === 'string' ? [names] : names
  const code = (cause as NodeJS.ErrnoException | null | undefined)?.code
  const absent = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND'
  const what = absent ? 'is not installed' : `could not be loaded (${messageOf(cause)})`
  return new AndonError('missing-package', `${all[0]} ${what}; type: npm install ${all.join(' ')}`, { cause })
}
