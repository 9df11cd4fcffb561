import { terminalText } from './terminal-text.ts'

/** Where people read. `process.stdout` fits. */
export interface TextOutput {
  /** May throw, which is the end of the report that wrote. */
  write(text: string): unknown
  /** Whether it is a terminal; only terminals get colours. Default: no. */
  readonly isTTY?: boolean | undefined
  /** Bits of colour, as `tty.WriteStream` tells them; heeds `NO_COLOR`. */
  getColorDepth?(): number
}

/** An output as the official printers want one: they only write to it and ask it for colours. */
export function printerStream(out: TextOutput): NodeJS.WritableStream {
  const isTTY = out.isTTY === true
  const stream = {
    isTTY,
    write: (text: string) => {
      out.write(terminalText(text, isTTY))
      return true
    },
    // Without it, it would not be taken for a stream.
    on: () => stream,
    getColorDepth: () => (isTTY ? (out.getColorDepth?.() ?? 4) : 1),
  }
  return stream as unknown as NodeJS.WritableStream
}
