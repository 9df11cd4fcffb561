/** Kinds of values that are new with every answer. */
export const SHAPES = ['iso-date', 'uuid', 'ulid', 'epoch', 'hex'] as const
export type Shape = (typeof SHAPES)[number]

/** No nested repetition anywhere: the time a pattern takes grows with the length of the text and no faster. */
const SOURCES: Readonly<Record<Shape, string>> = {
  'iso-date': String.raw`\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?`,
  uuid: '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}',
  ulid: '[0-7][0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{25}',
  epoch: String.raw`(?:[1-3]\d{9}|40\d{8})(?:\d{3})?`,
  hex: '[0-9a-fA-F]{16,}',
}
const WHOLE = mapped(source => new RegExp(`^(?:${source})$`))
const WITHIN = mapped(source => new RegExp(String.raw`(?<![\w-])(?:${source})(?![\w-])`, 'g'))
/** Longer texts have no shape. */
const LONGEST = 4096

/** Which of the shapes a value has; equal answers mean that two values are the same for all that counts. */
export function shapeOf(value: unknown, shapes: readonly Shape[]): string | undefined {
  if (typeof value === 'number') return shapes.includes('epoch') ? epochOf(value) : undefined
  if (typeof value !== 'string' || value.length > LONGEST) return undefined
  for (const shape of SHAPES) {
    if (shapes.includes(shape) && WHOLE[shape].test(value)) return nameOf(shape, value)
  }
  return undefined
}

/** A line of text with the names of shapes in place of what has them. */
export function maskShapes(line: string, shapes: readonly Shape[]): string {
  let masked = line
  for (const shape of SHAPES) {
    if (shapes.includes(shape)) masked = masked.replace(WITHIN[shape], found => `<${nameOf(shape, found)}>`)
  }
  return masked
}

function epochOf(value: number): string | undefined {
  if (value >= 1e9 && value < 4.1e9) return 'epoch in s'
  return value >= 1e12 && value < 4.1e12 ? 'epoch in ms' : undefined
}

function nameOf(shape: Shape, text: string): string {
  if (shape === 'epoch') return text.length === 10 ? 'epoch in s' : 'epoch in ms'
  if (shape === 'hex') return `hex of ${text.length}`
  if (shape === 'iso-date') return text.length > 10 ? 'date and time' : 'date'
  return shape
}

function mapped(of: (source: string) => RegExp): Readonly<Record<Shape, RegExp>> {
  return Object.fromEntries(SHAPES.map(shape => [shape, of(SOURCES[shape])])) as Record<Shape, RegExp>
}
