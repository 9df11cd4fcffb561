import { randomBytes } from 'node:crypto'
import { invalid, literalOption, textOption, wholeOption } from '../../core/options.ts'
import { knownOptions } from '../options/known-options.ts'
import type { CompareOptions } from './compare-options.ts'
import type { CompareRules } from './compare-rules.ts'
import { headerFilter } from './headers/header-filter.ts'
import { readGlobs } from './paths/read-globs.ts'
import { SHAPES, type Shape } from './values/shapes.ts'
import { createShow } from './values/show.ts'

const DEFAULTS = Object.freeze({
  extraFields: 'report',
  normalise: [],
  values: 'show',
  maxBytes: 1_048_576,
  maxNodes: 100_000,
  maxDifferences: 100,
} satisfies CompareOptions)

const KNOWN: Readonly<Record<keyof CompareOptions, unknown>> = {
  ignore: true,
  ignoreHeaders: true,
  compareHeaders: true,
  keyed: true,
  unordered: true,
  tolerance: true,
  salt: true,
  redact: true,
  ...DEFAULTS,
}

/** Throws the `invalid-option` error, which names the option. */
export function readOptions(options: CompareOptions = {}): CompareRules {
  const given = { ...DEFAULTS, ...defined(knownOptions<CompareOptions>('compare', options, KNOWN)) }
  const ignore = textList('ignore', given.ignore)
  const values = literalOption('values', given.values, ['show', 'hash', 'none'])
  if (given.redact !== undefined && typeof given.redact !== 'function')
    throw invalid('redact', 'a function', given.redact)
  return {
    ...readGlobs({ ignore, keyed: given.keyed, unordered: given.unordered, tolerance: given.tolerance }),
    ignoresStatus: ignore.includes('status'),
    ignoresBody: ignore.includes('body'),
    ignoresHeader: headerFilter({
      ignored: [
        ...textList('ignoreHeaders', given.ignoreHeaders),
        ...ignore.filter(entry => entry.startsWith('header:')).map(entry => entry.slice('header:'.length)),
      ],
      compared: textList('compareHeaders', given.compareHeaders),
    }),
    extraFieldsFine: literalOption('extraFields', given.extraFields, ['report', 'fine']) === 'fine',
    shapes: readShapes(given.normalise),
    values,
    show: createShow({
      values,
      salt: given.salt === undefined ? randomBytes(16).toString('hex') : textOption('salt', given.salt),
      redact: given.redact,
    }),
    maxBytes: wholeOption('maxBytes', given.maxBytes, 1, 2 ** 30),
    maxNodes: wholeOption('maxNodes', given.maxNodes, 1),
    maxDifferences: wholeOption('maxDifferences', given.maxDifferences, 1),
  }
}

/** What is `undefined` was not given. */
function defined(options: CompareOptions): CompareOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}

function readShapes(given: unknown): readonly Shape[] {
  if (given === 'all') return SHAPES
  if (!Array.isArray(given)) throw invalid('normalise', `'all' or a list of ${SHAPES.join(', ')}`, given)
  return given.map((shape, i) => literalOption(`normalise[${i}]`, shape, SHAPES))
}

function textList(field: string, value: unknown): readonly string[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) throw invalid(field, 'a list of texts', value)
  return value.map((entry, i) => textOption(`${field}[${i}]`, entry))
}
