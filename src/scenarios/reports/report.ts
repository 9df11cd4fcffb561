import type { Envelope } from '@cucumber/messages'

/** Something that is made of the messages of one run. */
export interface Report {
  /** What it is called when it fails: `pretty`, `html=report.html`. */
  readonly name: string
  /** Takes the next message. May throw: the report is given up then. */
  write(envelope: Envelope): void
  /** The run is over. Resolves when all is written, rejects when that failed. */
  close(): Promise<void>
  /** Leaves nothing behind. Never rejects. */
  discard(): Promise<void>
}
