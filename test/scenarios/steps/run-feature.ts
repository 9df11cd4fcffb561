import type { Envelope } from '@cucumber/messages'
import { loadScenarios, type RunOptions, type ScenariosOptions } from '../../../src/scenarios/index.ts'

export interface Outcome {
  readonly status: string
  /** Of the step that failed. */
  readonly message: string
  /** What was attached, in order. */
  readonly attached: readonly string[]
  readonly leaked: readonly string[]
  /** All messages. */
  readonly ndjson: string
}

/** Runs one scenario of these steps. */
export async function runSteps(
  lines: string,
  { steps, pool, clock, ...options }: Pick<ScenariosOptions, 'steps' | 'pool' | 'clock'> & RunOptions,
): Promise<Outcome> {
  const text = `Feature: f\n  Scenario: s\n${lines}\n`
  const suite = await loadScenarios({
    features: [{ uri: 'f.feature', text }],
    steps,
    ...(pool ? { pool } : {}),
    ...(clock ? { clock } : {}),
  })
  if (suite.errors.length > 0) throw new Error(suite.errors.map(({ message }) => message).join('\n'))
  const envelopes: Envelope[] = []
  const { scenarios } = await suite.run({ ...options, onEnvelope: envelope => envelopes.push(envelope) })
  const { status, error, leaked } = scenarios[0]!
  return {
    status,
    message: error?.message ?? '',
    attached: envelopes.flatMap(({ attachment }) => (attachment ? [attachment.body] : [])),
    leaked,
    ndjson: envelopes.map(envelope => JSON.stringify(envelope)).join('\n'),
  }
}
