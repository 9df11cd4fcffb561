import type { Envelope, GherkinDocument, Pickle } from '@cucumber/messages'
import type { GherkinPackages } from '../support/gherkin.ts'

/** A feature file as text. */
export interface FeatureSource {
  /** What it is called in reports: a path, mostly. */
  readonly uri: string
  readonly text: string
}

/** What is wrong in a feature file, and where. */
export interface FeatureError {
  readonly uri: string
  readonly line: number
  readonly column: number
  readonly message: string
}

/** A feature, read. One with errors has no scenarios. */
export interface Feature {
  readonly uri: string
  readonly messages: readonly Envelope[]
  readonly document: GherkinDocument | undefined
  readonly pickles: readonly Pickle[]
  readonly errors: readonly FeatureError[]
}

/** Reads a feature, classic or in Markdown (by its `.md`). Never throws: errors are part of what is read. */
export function parseFeature({ uri, text }: FeatureSource, { gherkin }: GherkinPackages, newId: () => string): Feature {
  const mediaType = uri.endsWith('.md') ? 'text/x.cucumber.gherkin+markdown' : 'text/x.cucumber.gherkin+plain'
  const messages = gherkin.generateMessages(text, uri, mediaType as never, {
    includeSource: true,
    includeGherkinDocument: true,
    includePickles: true,
    newId,
  })
  return {
    uri,
    messages,
    document: messages.find(({ gherkinDocument }) => gherkinDocument)?.gherkinDocument,
    pickles: messages.flatMap(({ pickle }) => pickle ?? []),
    errors: messages.flatMap(({ parseError }) => {
      if (!parseError) return []
      const { line = 1, column = 1 } = parseError.source.location ?? {}
      return { uri, line, column, message: parseError.message }
    }),
  }
}
