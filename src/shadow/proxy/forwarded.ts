import type { IncomingMessage } from 'node:http'

const NAMES = new Set(['x-forwarded-for', 'x-forwarded-port', 'x-forwarded-proto', 'x-forwarded-host'])

/**
 * A request's `rawHeaders` with whom it came from appended to `X-Forwarded-For`, `-Port` and `-Proto`. `X-Forwarded-Host`
 * is the first proxy's to say, and set only where it is missing.
 */
export function withForwarded({ headers, rawHeaders, socket }: IncomingMessage): string[] {
  const encrypted = (socket as { encrypted?: boolean }).encrypted === true
  const port = /:(\d+)$/.exec(headers.host ?? '')?.[1] ?? (encrypted ? '443' : '80')
  const appended = (name: string, value: string) => [headers[name] ?? [], value].flat().join(', ')
  const raw: string[] = []
  for (let i = 0; i < rawHeaders.length; i += 2)
    if (!NAMES.has(rawHeaders[i]!.toLowerCase())) raw.push(rawHeaders[i]!, rawHeaders[i + 1]!)
  raw.push('X-Forwarded-For', appended('x-forwarded-for', socket.remoteAddress ?? 'unknown'))
  raw.push('X-Forwarded-Port', appended('x-forwarded-port', port))
  raw.push('X-Forwarded-Proto', appended('x-forwarded-proto', encrypted ? 'https' : 'http'))
  raw.push('X-Forwarded-Host', String(headers['x-forwarded-host'] ?? headers.host ?? ''))
  return raw
}
