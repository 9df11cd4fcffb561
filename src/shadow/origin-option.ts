import { invalid } from '../core/options.ts'

const EXPECTED = 'an http or https origin without a path, such as http://127.0.0.1:8080'

/**
 * The origin that everything goes to, or the `invalid-option` error. A path, a query or credentials are refused: they would
 * be dropped or added to every request, and a user name in an address ends up in logs (so none is repeated here).
 */
export function originOption(field: string, value: unknown): URL {
  const text = value instanceof URL ? value.href : value
  if (typeof text !== 'string' || !URL.canParse(text)) throw invalid(field, EXPECTED, value)
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') throw invalid(field, EXPECTED, `${url.protocol}//…@${url.host}`)
  const isOrigin = url.pathname === '/' && url.search === '' && url.hash === '' && url.hostname !== ''
  if (!isOrigin || (url.protocol !== 'http:' && url.protocol !== 'https:')) throw invalid(field, EXPECTED, text)
  return url
}
