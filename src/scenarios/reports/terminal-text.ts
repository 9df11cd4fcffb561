const ESCAPE = String.fromCharCode(27)
const CONTROLS = new RegExp(`(${ESCAPE}\\[[\\d;]*m)|\\r\\n|[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]`, 'gu')

/**
 * Text that holds somebody else's words (a step's log, a server's answer) for a terminal: colours stay if there are to
 * be any, line ends and tabs stay, and whatever else would move the cursor or turn the text around is shown as an escape.
 */
export function terminalText(text: string, colours: boolean): string {
  return text.replace(CONTROLS, (found, colour: string | undefined) => {
    if (colour !== undefined) return colours ? colour : ''
    if (found === '\r\n') return '\n'
    return found === '\n' || found === '\t' ? found : `\\u{${found.codePointAt(0)!.toString(16)}}`
  })
}
