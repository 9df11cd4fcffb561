import { STYLE } from '../../parts/report/index.ts'
import { STREAM_SCRIPT } from './stream-script.ts'
import { TOWER_STYLE } from './tower-style.ts'
import { VIEW_SCRIPT } from './view-script.ts'

/** The page and what it may load: its own script and style, by their hashes, and its own server's answers. */
export function towerPage(): { readonly html: string; readonly csp: string } {
  const style = `${STYLE.markup}${TOWER_STYLE}`
  const script = `(() => {\n'use strict'\n${VIEW_SCRIPT}${STREAM_SCRIPT}})()`
  const csp = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  return { html: pageOf(style, script), csp }
}

const hashOf = (text: string): string =>
  `sha256-${process.getBuiltinModule('node:crypto').createHash('sha256').update(text).digest('base64')}`

const table = (id: string, heads: readonly string[]) =>
  `<table id="${id}"><thead><tr>${heads.map(head => `<th scope="col">${head}</th>`).join('')}</tr></thead><tbody></tbody></table>`

/** Nothing of the cell stands here: all that is shown is put in by the script, as text. */
const pageOf = (style: string, script: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Reservations</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>Reservations <bdi id="cell"></bdi> <span id="connection" class="badge warn">connecting</span></h1>
<p id="news" role="status"></p>
</header>
<noscript><p class="bad">This page is made by its script. The same is at /v1/status.</p></noscript>
<form id="sign-in" hidden>
<label for="token">Token</label>
<input id="token" type="password" autocomplete="off" spellcheck="false" required maxlength="8192">
<button>Show</button>
<p id="refused" role="alert"></p>
<p class="hint">A bearer token of somebody with the role <b>read</b>. It is kept in this tab until that is closed, and sent to this server only.</p>
</form>
<main id="main" hidden>
<section id="cord" role="alert" aria-label="The cord"></section>
<dl class="facts" id="facts"></dl>
<section><h2>Zones</h2>
<p class="legend"><span class="item"><i class="work"></i>reserved</span><span class="item"><i class="bad"></i>casualties</span><span class="item"><i class="most"></i>how many may be away</span></p>
<div id="zones"></div></section>
<section><h2>Casualties</h2><div id="casualties-box">${table('casualties', ['Host', 'Cause', 'Since', 'Lost by', 'What has to be done'])}</div></section>
<section><h2>Reserved hosts</h2><div id="reservations-box">${table('reservations', ['Host', 'Holder', 'Activity', 'Phase', 'Lease left', 'Why'])}</div></section>
<section><h2>In line</h2><div id="waiting-box">${table('waiting', ['Place', 'Host', 'Who', 'Priority', 'Since', 'Why it waits'])}</div></section>
<section id="proposals-section" hidden><h2>Break-glass, waiting for a second person</h2><div id="proposals-box">${table('proposals', ['Host', 'Proposed by', 'Activity', 'Why', 'Stripes at risk', 'Until'])}</div></section>
<section><h2>Last denials</h2><div id="denials-box">${table('denials', ['When', 'Host', 'Who', 'Step', 'Why not'])}</div></section>
</main>
<script>${script}</script>
</body>
</html>
`
