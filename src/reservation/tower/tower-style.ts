/** What the tower has besides the look of the house. */
export const TOWER_STYLE = `
[hidden] { display: none !important; }
#news { min-height: 1.5em; } h1 bdi { overflow-wrap: anywhere; } bdi { overflow-wrap: anywhere; }
#sign-in { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin: 24px 0; }
#sign-in p { flex-basis: 100%; margin: 0; } .hint { color: var(--faint); } #refused { color: var(--bad); }
#sign-in input { font: inherit; color: var(--ink); background: var(--paper); border: 1px solid var(--rest); border-radius: 6px; padding: 5px 8px; width: 320px; max-width: 60vw; }
button { font: inherit; color: var(--ink); background: var(--soft); border: 1px solid var(--rest); border-radius: 6px; padding: 3px 10px; cursor: pointer; }
button:hover { border-color: var(--link); }
#cord { margin: 18px 0; padding: 8px 14px; border: 1px solid var(--line); border-radius: 8px; color: var(--faint); }
#cord.pulled { border: 0; background: #9c1330 repeating-linear-gradient(135deg, #9c1330 0 22px, #86102a 22px 44px); color: #fff; padding: 22px 24px; }
#cord strong { display: block; font-size: clamp(22px, 5vw, 34px); line-height: 1.2; letter-spacing: 0.02em; text-transform: uppercase; }
.facts .alarm dd { color: var(--bad); }
.zone { display: grid; grid-template-columns: minmax(110px, 240px) minmax(60px, 1fr) minmax(150px, 260px); gap: 4px 14px; align-items: center; padding: 5px 0; border-bottom: 1px solid var(--line); }
.zone .gauge { position: relative; height: 14px; background: var(--soft); border: 1px solid var(--line); border-radius: 3px; overflow: hidden; }
.gauge i { position: absolute; top: 0; bottom: 0; background: var(--work); } .gauge i.most { width: 2px; margin-left: -2px; background: var(--ink); }
.item i.most { width: 2px; height: 12px; background: var(--ink); }
.zone .words { color: var(--faint); font-size: 13px; } .zone.full .words { color: var(--bad); }
.more { color: var(--faint); margin: 6px 0 0; } .none { color: var(--faint); margin: 0; }
td .code { font-weight: 600; } td p { margin: 0 0 4px; } td ul { margin: 4px 0 0; padding-left: 18px; } td li.no { color: var(--bad); }
td.left { white-space: nowrap; font-variant-numeric: tabular-nums; } td.left.soon { color: var(--bad); font-weight: 600; }
td:first-child:not(.long) { white-space: normal; width: auto; } td { max-width: 420px; overflow-wrap: anywhere; }
.stale main { filter: grayscale(1); opacity: 0.45; }
.stale #connection { background: var(--bad); } .stale #news { color: var(--bad); font-weight: 600; font-size: 16px; }
@media (max-width: 760px) {
  .zone { grid-template-columns: 1fr; } .zone .gauge { width: 100%; }
  table, tbody, tr, td { display: block; width: auto; } thead { position: absolute; clip-path: inset(50%); }
  tr { border-bottom: 1px solid var(--line); padding: 8px 0; } td { border: 0; padding: 1px 0 1px 104px; max-width: none; min-height: 1.5em; position: relative; }
  td::before { content: attr(data-label) / ''; position: absolute; left: 0; width: 98px; color: var(--faint); }
}
@media (prefers-reduced-motion: no-preference) { .gauge i { transition: width 0.3s, left 0.3s; } main { transition: opacity 0.3s; } }
`
