/** The look on paper: light, nothing that sticks or scrolls, no row and no chart cut in two, links with where they lead. */
export const PRINT_STYLE = `
@media print {
  :root { color-scheme: light; } @page { margin: 14mm; }
  body, .with-contents { display: block; max-width: none; padding: 0; font-size: 11px; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .contents, .tools label, details.data:not([open]), th[aria-sort=none] button::after { display: none; }
  .scroll { overflow: visible; background: none; } table.wide { min-width: 0; } td:first-child:not(.long) { white-space: normal; } td.long { min-width: 0; }
  td { overflow-wrap: anywhere; } thead { display: table-header-group; }
  tr, figure, .lane, .facts div, summary { break-inside: avoid; } h2, figcaption, caption { break-after: avoid; }
  details::details-content { content-visibility: visible; display: block; }
  a[href^='http']::after { content: ' (' attr(href) ')'; overflow-wrap: anywhere; }
}
`
