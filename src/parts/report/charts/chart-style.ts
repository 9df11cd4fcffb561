/** The look of charts: each series has a colour with enough contrast on its ground, and a dash, so that colour is not all. */
export const CHART_STYLE = `
figure { margin: 16px 0 24px; } .table + .table { margin-top: 20px; } figcaption { font-weight: 600; margin: 0 0 4px; }
.keys { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 18px; margin: 0 0 6px; padding: 0; font-size: 12px; color: var(--faint); }
svg.key { width: 36px; height: 14px; vertical-align: -3px; margin-right: 6px; }
svg.chart { display: block; width: 100%; height: auto; } svg.narrow { max-width: 480px; }
svg.chart text { fill: var(--faint); font-size: 12px; } svg.chart text.name { fill: var(--ink); }
.s0 { --series: light-dark(#2f6fde, #6ea2ff); --dash: none; }
.s1 { --series: light-dark(#b45309, #f0a35e); --dash: 7 4; }
.s2 { --series: light-dark(#0f766e, #4fc3b0); --dash: 2 3; }
.s3 { --series: light-dark(#7c3aed, #b79cff); --dash: 9 3 2 3; }
.s4 { --series: light-dark(#be185d, #f58ab8); --dash: 14 4; }
.s5 { --series: light-dark(#475569, #a3b1c2); --dash: 5 3 1 3 1 3; }
.line { fill: none; stroke: var(--series); stroke-width: 2; stroke-dasharray: var(--dash); stroke-linejoin: round; }
.area { fill: var(--series); opacity: 0.14; } .bar { fill: var(--series); opacity: 0.75; }
.marker { fill: var(--series); stroke: var(--paper); stroke-width: 1; }
.interval { fill: none; stroke: var(--series, var(--ink)); stroke-width: 1.5; } .bar ~ .interval, .key .interval { stroke: var(--ink); }
.limit { fill: none; stroke: var(--bad); stroke-width: 2.5; stroke-dasharray: 4 2; }
.grid { stroke: var(--line); stroke-width: 1; } .base { stroke: var(--rest); stroke-width: 1; fill: none; }
@media screen and (max-width: 900px) { svg.wide text { font-size: 13.5px; } }
@media screen and (max-width: 640px) { svg.wide { display: none; } }
@media print { svg.narrow { display: none; } }
@media screen and (min-width: 640.02px) { svg.narrow { display: none; } }
`
