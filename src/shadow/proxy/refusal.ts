import type { IncomingMessage } from 'node:http'

/**
 * Why a request cannot be for this service, or nothing. A target in absolute form is meant for a proxy that goes wherever
 * it is told to; one `Host` more than one lets the two sides disagree about whom a request is for (RFC 9112, 3.2),
 * and a coding that is not chunked in the end about where its body ends (6.3).
 */
export function refusalOf(request: IncomingMessage): string | undefined {
  const { url = '', method, headers, rawHeaders } = request
  if (!url.startsWith('/') && !(url === '*' && method === 'OPTIONS'))
    return 'Only paths of this service are served here.'
  const coding = headers['transfer-encoding']
  if (coding !== undefined && !/(?:^|,)[ \t]*chunked[ \t]*$/i.test(coding))
    return 'A body has to come in chunks or with a length.'
  let hosts = 0
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]!.toLowerCase() === 'host') hosts++
  return hosts > 1 ? 'More than one Host header.' : undefined
}
