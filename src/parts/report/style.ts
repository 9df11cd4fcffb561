import { Html } from './html.ts'

/** The look of every report. A constant of ours, so it needs no escaping. */
export const STYLE = new Html(`
:root { color-scheme: light dark; --ink: light-dark(#1a1d21, #e6e8eb); --faint: light-dark(#68707a, #97a0ab);
  --paper: light-dark(#fff, #14171a); --line: light-dark(#dfe3e8, #2c3238); --soft: light-dark(#f5f7f9, #1c2024);
  --good: light-dark(#1a7f4b, #3fb67a); --bad: light-dark(#c4314b, #f0647d); --warn: light-dark(#a86200, #e0a340);
  --work: light-dark(#2f6fde, #6ea2ff); --rest: light-dark(#b9c7de, #3d5175); }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1180px; padding: 24px; background: var(--paper); color: var(--ink);
  font: 14px/1.5 system-ui, sans-serif; }
h1 { font-size: 22px; margin: 0; } h2 { font-size: 16px; margin: 28px 0 8px; } header p { margin: 4px 0 0; color: var(--faint); }
.badge { font-size: 13px; padding: 2px 10px; border-radius: 10px; color: var(--paper); vertical-align: 3px; background: var(--faint); }
.badge.good { background: var(--good); } .badge.bad { background: var(--bad); } .badge.warn { background: var(--warn); }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
.wide { min-width: 720px; } td:first-child { white-space: nowrap; }
th, td { text-align: left; padding: 5px 10px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--faint); font-weight: 600; white-space: nowrap; } td.number { text-align: right; font-variant-numeric: tabular-nums; }
h1, h2, p, .badge, .facts span, figcaption { overflow-wrap: anywhere; } td { overflow-wrap: break-word; } b.good, p.good, span.good:not(.badge) { color: var(--good); } b.bad, p.bad, span.bad:not(.badge) { color: var(--bad); } b.warn, p.warn, span.warn:not(.badge) { color: var(--warn); }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(160px, 1fr)); gap: 12px; }
.facts div { background: var(--soft); border: 1px solid var(--line); border-radius: 8px; padding: 10px 12px; }
.facts b { display: block; font-size: 18px; overflow-wrap: anywhere; } .facts span { color: var(--faint); font-size: 12px; }
.lane { display: grid; grid-template-columns: minmax(110px, 190px) 1fr; align-items: center; gap: 10px; border-bottom: 1px solid var(--line); }
.lane > span { overflow-wrap: anywhere; font-size: 13px; padding: 3px 0; } .bars { position: relative; height: 18px; background: var(--soft); }
.bars i { position: absolute; top: 2px; bottom: 2px; min-width: 2px; border-radius: 2px; background: var(--rest); }
.bars i.work { background: var(--work); } .bars i.bad { background: var(--bad); } .bars i.warn { background: var(--warn); } .bars i.good { background: var(--good); }
.legend { color: var(--faint); font-size: 12px; margin: 6px 0; } .legend i { display: inline-block; width: 10px; height: 10px; margin: 0 4px 0 12px; border-radius: 2px; background: var(--rest); }
.legend i.work { background: var(--work); } .legend i.bad { background: var(--bad); } .legend i.warn { background: var(--warn); }
svg.chart { width: 100%; height: auto; display: block; } svg.chart text { fill: var(--faint); font-size: 11px; }
svg.chart .area { fill: var(--work); opacity: 0.25; } svg.chart .edge { fill: none; stroke: var(--work); stroke-width: 1.5; }
svg.chart .grid { stroke: var(--line); stroke-width: 1; }
@media (max-width: 520px) { body { padding: 14px; } .lane { grid-template-columns: 96px 1fr; } }
`)
