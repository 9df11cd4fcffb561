import { createHash } from 'node:crypto'
import type { CompareRules } from './compare-rules.ts'
import type { Report } from './report.ts'

/** Reports two bodies that are not the same, by their lengths and the beginnings of their SHA-256. */
export function diffBinary(primary: Uint8Array, candidate: Uint8Array, rules: CompareRules, report: Report): void {
  const picture = (body: Uint8Array) => {
    const length = `${body.length} bytes`
    return body.length > rules.maxBytes ? length : `${length}, sha256:${sha256(body)}`
  }
  const isShown = rules.values === 'show' && report.hasRoom()
  const [one, other] = isShown ? [picture(primary), picture(candidate)] : [hashed(primary), hashed(candidate)]
  report.put({ path: 'body', field: 'body' }, 'changed', one, other)

  function hashed(body: Uint8Array): string | undefined {
    return rules.values === 'hash' ? rules.show.secret(picture(body)) : undefined
  }
}

function sha256(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex').slice(0, 16)
}
