import type { Envelope } from '@cucumber/messages'
import { type KnownStep, nearestSteps } from '../nearest-steps.ts'
import { inTurn } from './in-turn.ts'
import { loadPeer } from './load-peer.ts'
import type { Report } from './report.ts'
import { printerStream, type TextOutput } from './terminal-output.ts'

/** How much is told while a run goes on: each step with its words, or one character a step. */
export type TerminalStyle = 'pretty' | 'progress'

export interface TerminalOptions {
  /** Default: none. Steps that are not defined are shown with the nearest of these. */
  readonly steps?: readonly KnownStep[]
}

/**
 * What people read while a run goes on, and its summary, by the printers of `@cucumber/pretty-formatter`. Rejects with
 * `missing-package`.
 */
export async function terminalReport(
  style: TerminalStyle,
  out: TextOutput,
  { steps = [] }: TerminalOptions = {},
): Promise<Report> {
  const printers = await loadPeer('@cucumber/pretty-formatter', () => import('@cucumber/pretty-formatter'))
  const near = nearestToSnippets(steps)
  const options = {
    summarise: true,
    formatCode: ({ code }: { readonly code: string }) => [code, ...near.to(code)].join('\n'),
  }
  const stream = printerStream(out)
  const printer =
    style === 'pretty'
      ? new printers.PrettyPrinter({ stream, options })
      : new printers.ProgressPrinter({ stream, options })
  const tell = inTurn(envelope => printer.update(envelope))
  return {
    name: style,
    write(envelope) {
      near.heed(envelope)
      tell(envelope)
    },
    close: async () => {},
    discard: async () => {},
  }
}

/** Remembers for which text a snippet was proposed, and says which steps that are known come nearest to it. */
function nearestToSnippets(steps: readonly KnownStep[]) {
  const texts = new Map<string, string>()
  const asked = new Map<string, string>()
  return {
    heed({ pickle, suggestion }: Envelope): void {
      for (const { id, text } of pickle?.steps ?? []) texts.set(id, text)
      // Several ways to write one step: the known ones stand behind the last.
      const last = suggestion?.snippets.at(-1)
      const text = suggestion && texts.get(suggestion.pickleStepId)
      if (last && text !== undefined && !asked.has(last.code)) asked.set(last.code, text)
    },
    to(code: string): string[] {
      const text = asked.get(code)
      const nearest = text === undefined ? [] : nearestSteps(text, steps)
      if (nearest.length === 0) return []
      return ['', `The steps nearest to "${text}":`, ...nearest.map(describeStep)]
    },
  }
}

const describeStep = ({ pattern, doc, library }: KnownStep) =>
  `  ${pattern}${library === undefined ? '' : `  (${library})`}${doc === undefined ? '' : `  ${doc}`}`
