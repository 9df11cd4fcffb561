import { Html, html } from './html.ts'
import { isolated } from './isolated.ts'
import { SCRIPT, SCRIPT_HASH } from './script.ts'
import { STYLE } from './style.ts'

export interface PageOptions {
  readonly title: string
  /** What this is about, in a line or two under the title. */
  readonly lead?: string | Html
  /** The result in a word, shown as a badge, and how it looks. */
  readonly badge?: { readonly text: string; readonly tone: Tone }
  /** More than three of them get a table of contents. */
  readonly sections: readonly Section[]
}

export interface Section {
  readonly title: string
  readonly body: Html
}

export type Tone = 'good' | 'bad' | 'warn' | 'plain'

/** Nothing from a network, no script but our own, by its hash. Inline styles place bars; they can load nothing. */
const POLICY = new Html(
  `default-src 'none'; script-src '${SCRIPT_HASH}'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'`,
)

/**
 * One self-contained page: no fonts, no pictures, nothing from a network (its own policy forbids it, and every script
 * but its own), light and dark by the reader's setting, fit for paper. Without its script it can still be read whole.
 */
export function reportPage(options: PageOptions): string {
  const { title, lead, badge, sections } = options
  const contents = sections.length > 3
  const page = html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body class="${contents && 'with-contents'}">
<header><h1>${isolated(title)}${badge && html` <span class="badge ${badge.tone}">${isolated(badge.text)}</span>`}</h1>${lead && html`<p>${isolated(lead)}</p>`}</header>
${contents && html`<nav class="contents" aria-label="On this page"><ul>${sections.map((s, i) => html`<li><a href="#section-${i + 1}">${isolated(s.title)}</a></li>`)}</ul></nav>`}
<main>${sections.map((s, i) => html`<section id="section-${i + 1}"><h2>${isolated(s.title)}</h2>${s.body}</section>`)}</main>
<script>${SCRIPT}</script>
</body>
</html>
`
  return `<!doctype html>\n${page.markup}`
}
