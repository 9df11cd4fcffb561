/** Of one letter at the 12 units that charts are lettered in: on the wide side, as nobody can measure it here. */
const LETTER = 8

/** About how wide a text is in the units of a chart. */
export const textWidth = (text: string): number => [...text].length * LETTER

/** The width of the widest. */
export const widestOf = (texts: readonly string[]): number => texts.reduce((w, t) => Math.max(w, textWidth(t)), 0)

/** The text, cut to a width, with a sign that it was. */
export function fitText(text: string, width: number): string {
  const letters = [...text]
  const room = Math.max(1, Math.floor(width / LETTER))
  return letters.length <= room ? text : `${letters.slice(0, room - 1).join('')}…`
}
