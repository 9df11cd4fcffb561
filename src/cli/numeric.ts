/** The number that a word on the command line is; no number at all is not zero, and stays the word. */
export const numeric = (word: string): unknown =>
  word.trim() === '' || Number.isNaN(Number(word)) ? word : Number(word)
