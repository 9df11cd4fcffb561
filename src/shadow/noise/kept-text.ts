/**
 * A text that is safe to keep for long: at most `most` UTF-16 units, of its own. A piece cut from a large body would keep
 * the whole body in memory (engines share what they slice).
 */
export function keptText(text: string, most: number): string {
  const cut = text.length > most ? `${text.slice(0, most - 1)}…` : text
  return JSON.parse(JSON.stringify(cut)) as string
}
