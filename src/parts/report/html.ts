import { visible } from './visible.ts'

/** Markup that is safe to put on a page. Made only by the `html` tag; whatever goes into it is escaped. */
export class Html {
  readonly markup: string
  constructor(markup: string) {
    this.markup = markup
  }
  toString(): string {
    return this.markup
  }
}

type Insert = Html | string | number | boolean | null | undefined | readonly Insert[]

/** Text as it may stand in an element or a quoted attribute. Characters that cannot be seen are shown: `⟨U+202E⟩`. */
export function escapeHtml(text: string): string {
  return visible(text).replace(/[&<>"'`]/g, c => `&#${c.charCodeAt(0)};`)
}

function insert(value: Insert): string {
  if (value === null || value === undefined || value === false) return ''
  if (value instanceof Html) return value.markup
  if (Array.isArray(value)) return value.map(insert).join('')
  return escapeHtml(String(value))
}

/** A template whose inserts are escaped unless they are markup themselves. Lists are joined; null and false are nothing. */
export function html(strings: TemplateStringsArray, ...inserts: Insert[]): Html {
  return new Html(strings.reduce((text, part, i) => text + insert(inserts[i - 1]) + part))
}
