import type { AndonError } from '../../../src/core/index.ts'
import type { FlagSource, SourceSink } from '../../../src/flags/source.ts'

/** A source moved by hand, one call at a time: what a client makes of each thing that a source can say. */
export function handSource(): FlagSource & {
  give(content: string | object, version: string): void
  unchanged(): void
  fail(error: AndonError): void
  readonly looks: number
  readonly closed: boolean
} {
  let sink: SourceSink | undefined
  let looks = 0
  let closed = false
  return {
    name: 'hand',
    start(given) {
      sink = given
      return {
        refresh: async () => {
          looks++
        },
        close: async () => {
          closed = true
        },
      }
    },
    give: (content, version) => sink?.document({ content, version }),
    unchanged: () => sink?.unchanged(),
    fail: error => sink?.failed(error),
    get looks() {
      return looks
    },
    get closed() {
      return closed
    },
  }
}
