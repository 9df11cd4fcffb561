import { escapeHtml, Html } from './html.ts'

/** The blocks that Unicode keeps for scripts from right to left (DerivedBidiClass.txt, classes R and AL). */
const LETTERS = '[\\u0590-\\u08FF\\uFB1D-\\uFDFF\\uFE70-\\uFEFE\\u{10800}-\\u{10FFF}\\u{1E800}-\\u{1EFFF}]+'
/** Words of them beside each other. */
const RUN = new RegExp(`${LETTERS}(?: +${LETTERS})*`, 'gu')

/**
 * Text from elsewhere, for an element: words from right to left are kept to themselves. Without that, two such names in
 * a path change places, and figures beside one do, as the dots between them take its direction. Markup stays as it is.
 */
export function isolated(text: string | Html): Html {
  return text instanceof Html ? text : new Html(escapeHtml(text).replace(RUN, '<bdi>$&</bdi>'))
}

/** The same for where no element may stand, as in the letters of a chart: by characters. */
export function isolatedLetters(text: string): Html {
  return new Html(escapeHtml(text).replace(RUN, '\u2068$&\u2069'))
}
