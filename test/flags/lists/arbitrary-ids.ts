import fc from 'fast-check'

const digits = fc.array(fc.constantFrom(...'0123456789'), { maxLength: 20 }).map(d => d.join(''))
const nearTheLimits = fc
  .tuple(fc.constantFrom(2n ** 31n, 2n ** 32n, 2n ** 53n, 10n ** 9n, 10n ** 15n, 10n ** 18n), fc.bigInt(-3n, 3n))
  .map(([limit, by]) => String(limit + by))

/** Ids of every kind that could be taken for another: digits of all lengths, leading zeros, any UTF-16, known names. */
export const anyId = fc.oneof(
  digits,
  fc.integer({ min: 0, max: 99 }).map(String),
  fc.tuple(fc.nat({ max: 20 }), fc.integer({ min: 0, max: 9 })).map(([zeros, n]) => '0'.repeat(zeros) + n),
  nearTheLimits,
  fc.string({ unit: 'binary' }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map(units => String.fromCharCode(...units)),
  fc.constantFrom(
    '',
    '__proto__',
    'constructor',
    'has',
    '-1',
    '+1',
    '1e3',
    '0x10',
    '1.0',
    ' 1',
    '١٢',
    '１',
    '\ud800',
    '\0',
  ),
)

/** What stands in a file of lines as it is. */
export const lineId = anyId.filter(
  id => id !== '' && !id.startsWith('#') && !id.startsWith('[') && !/[\s\p{Cc}]/u.test(id),
)
