/**
 * Text of a file's as one line for a terminal: what would break the line, move the cursor or turn the text around is
 * shown as an escape, so that no key of a document can pass for output of ours.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, character =>
    character === '\n' ? '\\n' : character === '\t' ? character : `\\u{${character.codePointAt(0)!.toString(16)}}`,
  )
}
