import { CHART_STYLE } from './charts/chart-style.ts'
import { Html } from './html.ts'
import { PRINT_STYLE } from './print-style.ts'

/** The look of every report. A constant of ours, so it needs no escaping. What is for paper comes last, to win. */
export const STYLE = new Html(`
:root { color-scheme: light dark; --ink: light-dark(#1a1d21, #e6e8eb); --faint: light-dark(#5c6570, #9ea7b2);
  --paper: light-dark(#fff, #14171a); --line: light-dark(#dfe3e8, #2c3238); --soft: light-dark(#f5f7f9, #1c2024);
  --good: light-dark(#18794a, #3fb67a); --bad: light-dark(#c4314b, #f0647d); --warn: light-dark(#965700, #e0a340);
  --work: light-dark(#2f6fde, #6ea2ff); --rest: light-dark(#7486a8, #667ea3); --link: light-dark(#1f5fcc, #7fadff); }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1240px; padding: 24px; background: var(--paper); color: var(--ink);
  font: 14px/1.5 system-ui, sans-serif; }
h1 { font-size: 22px; line-height: 1.3; margin: 0; } h2 { font-size: 16px; margin: 32px 0 10px; }
header p { margin: 6px 0 0; color: var(--faint); } a { color: var(--link); }
h1, h2, p, li, .badge, .facts dd, .facts dt, figcaption, caption, summary { overflow-wrap: anywhere; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.badge { font-size: 13px; padding: 2px 10px; border-radius: 10px; color: var(--paper); vertical-align: 3px; background: var(--faint); }
.badge.good { background: var(--good); } .badge.bad { background: var(--bad); } .badge.warn { background: var(--warn); }
b.good, p.good, span.good:not(.badge) { color: var(--good); } b.bad, p.bad, span.bad:not(.badge) { color: var(--bad); }
b.warn, p.warn, span.warn:not(.badge) { color: var(--warn); }

.contents { position: sticky; top: 0; z-index: 1; background: var(--paper); border-bottom: 1px solid var(--line); margin: 16px 0 0; }
.contents ul { list-style: none; display: flex; gap: 18px; margin: 0; padding: 8px 2px; overflow-x: auto; }
.contents li { flex: none; max-width: 240px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.contents a { text-decoration: none; } .contents a:hover { text-decoration: underline; }
.with-contents section { scroll-margin-top: 44px; }
@media (min-width: 1000px) {
  .with-contents { display: grid; grid-template-columns: 180px minmax(0, 1fr); column-gap: 32px; align-items: start; }
  .with-contents header { grid-column: 1 / -1; }
  .contents { border: 0; margin: 22px 0 0; max-height: 100vh; overflow-y: auto; padding: 12px 0; }
  .contents ul { display: block; padding: 0 2px; } .contents li { max-width: none; white-space: normal; margin: 0 0 8px; line-height: 1.35; }
  .with-contents section { scroll-margin-top: 0; }
}

.scroll { overflow-x: auto; --shade: light-dark(rgb(0 0 0 / 0.32), rgb(255 255 255 / 0.38)); background-repeat: no-repeat;
  background-image: linear-gradient(90deg, var(--paper) 40%, transparent), linear-gradient(270deg, var(--paper) 40%, transparent),
    linear-gradient(90deg, var(--shade), transparent), linear-gradient(270deg, var(--shade), transparent);
  background-position: 0 0, 100% 0, 0 0, 100% 0; background-size: 48px 100%, 48px 100%, 14px 100%, 14px 100%;
  background-attachment: local, local, scroll, scroll; }
table { border-collapse: collapse; width: 100%; } table.wide { min-width: 720px; }
caption { text-align: left; color: var(--faint); padding: 0 0 6px; }
th, td { text-align: left; padding: 5px 16px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: break-word; }
th { color: var(--faint); font-weight: 600; vertical-align: bottom; } td:first-child:not(.long) { white-space: nowrap; width: 1%; } td.date { white-space: nowrap; }
th.number, td.number, th.duration { text-align: right; } td.number, td.date { font-variant-numeric: tabular-nums; }
td.number { white-space: nowrap; } td.long { overflow-wrap: anywhere; min-width: 10em; } td small { display: block; color: var(--faint); } tr > :last-child { padding-right: 0; }
th button { all: unset; cursor: pointer; position: relative; padding-right: 1.1em; } th button:hover { color: var(--ink); } th button:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
th button::after { content: '\\2195' / ''; position: absolute; right: 0; bottom: 0; opacity: 0.8; }
th[aria-sort=ascending] button, th[aria-sort=descending] button { color: var(--ink); }
th[aria-sort=ascending] button::after { content: '\\2191' / ''; opacity: 1; } th[aria-sort=descending] button::after { content: '\\2193' / ''; opacity: 1; }
.tools { display: flex; flex-wrap: wrap; gap: 4px 14px; align-items: center; margin: 0 0 8px; color: var(--faint); }
.tools input { font: inherit; color: var(--ink); background: var(--paper); border: 1px solid var(--rest); border-radius: 6px; padding: 3px 8px; margin-left: 4px; width: 220px; max-width: 60vw; }

.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(160px, 1fr)); gap: 12px; margin: 0; }
.facts div { display: flex; flex-direction: column-reverse; justify-content: flex-end; background: var(--soft); border: 1px solid var(--line); border-radius: 8px; padding: 10px 12px; }
.facts dd { margin: 0; font-size: 18px; font-weight: 600; } .facts dt { color: var(--faint); font-size: 12px; }
.lane { display: grid; grid-template-columns: minmax(110px, 190px) minmax(0, 1fr); align-items: center; gap: 10px; border-bottom: 1px solid var(--line); }
.lane > span { overflow-wrap: anywhere; font-size: 13px; padding: 3px 0; } .bars, .ticks { position: relative; height: 18px; } .bars { background: var(--soft); }
.ticks span { position: absolute; border-left: 1px solid var(--rest); padding-left: 4px; font-size: 11px; color: var(--faint); white-space: nowrap; }
.ticks .end { border-left: 0; border-right: 1px solid var(--rest); padding: 0 4px 0 0; transform: translateX(-100%); }
.bars i { position: absolute; top: 2px; bottom: 2px; min-width: 2px; border-radius: 2px; }
.bars i.rest { top: 7px; bottom: 7px; } .bars i, .legend i { background: var(--rest); }
i.work.work { background: var(--work); } i.good.good { background: var(--good); }
i.warn.warn { background: repeating-linear-gradient(90deg, var(--warn) 0 4px, transparent 4px 7px); }
i.bad.bad { background: repeating-linear-gradient(135deg, var(--bad) 0 5px, transparent 5px 7px); }
.legend { color: var(--faint); font-size: 12px; margin: 6px 0; } .item { display: inline-block; max-width: 100%; } .item i { display: inline-block; width: 22px; height: 10px; margin: 0 5px 0 14px; border-radius: 2px; }
.item i.rest { height: 4px; vertical-align: 3px; }
details.data { margin: 8px 0 0; } details.data table { width: auto; min-width: 0; } details.data td:first-child:not(.long) { width: auto; } summary { cursor: pointer; color: var(--faint); font-size: 12px; } details[open] > summary { margin-bottom: 8px; }
@media (max-width: 520px) {
  body { padding: 14px; } .lane { grid-template-columns: 96px minmax(0, 1fr); } .ticks span:nth-child(even) { visibility: hidden; }
}
${CHART_STYLE}${PRINT_STYLE}`)
