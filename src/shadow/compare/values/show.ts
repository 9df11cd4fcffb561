import { createHash } from 'node:crypto'
import { looksLikeName } from '../paths/looks-like-name.ts'
import type { ShownNames } from '../paths/path-style.ts'
import { pictureOf } from './picture.ts'

/** How values appear in differences. `undefined`: not at all. Never throws. */
export interface Show extends ShownNames {
  /** `child` gives the paths of inner values. */
  value(path: string, value: unknown, child: (path: string, key: string | number) => string): string | undefined
  /** A value that is a secret whatever the options say: hashed if hashes are wanted, else not shown. */
  secret(value: string): string | undefined
}

export interface ShowOptions {
  readonly values: 'show' | 'hash' | 'none'
  readonly salt: string
  readonly redact?: ((path: string, value: unknown) => unknown) | undefined
}

const LONGEST_NAME = 64

export function createShow({ values, salt, redact }: ShowOptions): Show {
  const seen = redact ?? ((_: string, value: unknown) => value)
  const hash = (value: unknown) =>
    `sha256:${createHash('sha256')
      .update(salt)
      .update(JSON.stringify(value, exact) ?? String(value))
      .digest('hex')
      .slice(0, 12)}`
  return {
    value(path, value, child) {
      if (values === 'none') return undefined
      try {
        const shown = seen(path, value)
        return values === 'hash' ? hash(shown) : pictureOf(shown, path, child, seen)
      } catch {
        return undefined
      }
    },
    secret: value => (values === 'hash' ? hash(value) : undefined),
    isHidden: key => values !== 'show' && !looksLikeName(key),
    name(path, text) {
      if (values === 'none') return '*'
      try {
        const shown = seen(path, text)
        const name = values === 'hash' ? hash(shown) : String(shown)
        return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1).toWellFormed()}…` : name
      } catch {
        return '*'
      }
    },
  }
}

/** JSON has no words for whole numbers of any length. */
function exact(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}n` : value
}
