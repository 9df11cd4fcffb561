import { type Html, html } from './html.ts'
import { STYLE } from './style.ts'

export interface PageOptions {
  readonly title: string
  /** One line under the title. */
  readonly subtitle?: string
  /** The result in a word, shown as a badge, and how it looks. */
  readonly badge?: { readonly text: string; readonly tone: Tone }
  readonly sections: readonly { readonly title: string; readonly body: Html }[]
}

export type Tone = 'good' | 'bad' | 'warn' | 'plain'

/**
 * One self-contained page: no scripts, no fonts, nothing from a network (its own policy forbids it), light and dark by
 * the reader's setting.
 */
export function reportPage(options: PageOptions): string {
  const { title, subtitle, badge, sections } = options
  const page = html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<header><h1>${title}${badge && html` <span class="badge ${badge.tone}">${badge.text}</span>`}</h1>${subtitle && html`<p>${subtitle}</p>`}</header>
<main>${sections.map(s => html`<section><h2>${s.title}</h2>${s.body}</section>`)}</main>
</body>
</html>
`
  return `<!doctype html>\n${page.markup}`
}
