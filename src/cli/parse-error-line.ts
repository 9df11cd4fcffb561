import { printable } from './printable.ts'

/** What is wrong in a feature file, as editors and terminals make links of it: `file:line:column: message`. */
export function parseErrorLine(uri: string, line: number, column: number, message: string): string {
  // The parser's message begins with the place already.
  return printable(`${uri}:${line}:${column}: ${message.replace(/^\(\d+:\d+\): /, '')}`)
}
