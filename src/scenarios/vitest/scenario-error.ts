import type { Envelope } from '@cucumber/messages'
import type { ScenarioResult } from '../run/run.ts'

/** Somewhere in a feature file. From 1. */
export interface FeaturePlace {
  readonly uri: string
  readonly line: number
  readonly column: number
}

/** An error whose stack begins in a feature file, so that editors and reporters lead there. */
export function errorAt({ uri, line, column }: FeaturePlace, what: string, message: string, frames = ''): Error {
  const { resolve } = process.getBuiltinModule('node:path')
  const error = new Error(message)
  // A frame ends with its parenthesis, and a step may have some.
  const name = what.replace(/[()\s]+/g, ' ').trim()
  error.stack = `Error: ${message}\n    at ${name} (${resolve(uri)}:${line}:${column})${frames}`
  return error
}

/** Remembers of the messages of a run of one scenario what the error for its failure needs. */
export function failureOf(): {
  readonly heed: (envelope: Envelope) => void
  readonly error: (result: ScenarioResult) => Error
} {
  const sources = new Map<string, readonly string[]>()
  let thrown = ''
  let snippet = ''
  return {
    heed({ source, testCaseStarted, testStepFinished, suggestion }) {
      if (source) sources.set(source.uri, source.data.split('\n'))
      // Only the last attempt counts.
      if (testCaseStarted) thrown = ''
      const { exception, status } = testStepFinished?.testStepResult ?? {}
      if (status === 'FAILED' && thrown === '') thrown = exception?.stackTrace ?? ''
      if (suggestion && snippet === '') snippet = suggestion.snippets.map(({ code }) => code).join('\n')
    },
    error({ uri, line, name, status, error }) {
      const step = error?.step ?? name
      const at = /^(.*):(\d+)$/s.exec(error?.where ?? '')
      // A hook is in no feature: the scenario stands for it.
      const inFeature = at !== null && at[1] === uri
      const stepLine = inFeature ? Number(at[2]) : line
      const words = sources.get(uri)?.[stepLine - 1] ?? ''
      const place = { uri, line: stepLine, column: Math.max(1, words.search(/\S/) + 1) }
      const missing = status === 'UNDEFINED' && snippet !== '' ? `\n\n${snippet}` : ''
      return errorAt(place, step, `${step}: ${error?.message ?? status.toLowerCase()}${missing}`, framesOf(thrown))
    },
  }
}

/** The frames of a stack, without what was thrown and without the line that leads to the feature, which is the first now. */
function framesOf(stack: string): string {
  const frames = stack.split('\n').filter(line => /^\s+at .*:\d+:\d+\)?$/.test(line))
  return frames.map(frame => `\n${frame}`).join('')
}
