const ID =
  /^(?:\d+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-7][0-9a-hjkmnp-tv-z]{25}|[0-9a-f]{16,}|\d{4}-\d\d-\d\d(?:T[\d:.Z+-]*)?)$/i
const PLAIN = /^[A-Za-z_$][\w$-]*$/
/** Nobody calls a field by a longer name. */
const LONGEST_NAME = 64

/**
 * What a key of an object is: `data` (a UUID, a ULID, long hex, a number, a date, anything long), an `odd` name, which
 * needs quotes in a path, or a `plain` one.
 */
export function nameKind(key: string): 'data' | 'odd' | 'plain' {
  if (key.length > LONGEST_NAME) return 'data'
  if (isLetters(key)) return 'plain'
  if (ID.test(key)) return 'data'
  return PLAIN.test(key) ? 'plain' : 'odd'
}

/** As most names are; a loop is quicker than a pattern. Data has digits, but for the rarest of hex. */
function isLetters(key: string): boolean {
  for (let i = 0; i < key.length; i++) {
    const code = key.charCodeAt(i) | 0x20
    if (code < 0x61 || code > 0x7a) return false
  }
  return key !== ''
}
