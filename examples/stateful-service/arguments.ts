import { parseArgs } from 'node:util'

export const FAULTS = ['down', 'slow', 'sick'] as const
/** `down`: the service cannot be asked whether it is safe. `slow`: its answers come too late. `sick`: the new version never gets well. */
export type Fault = (typeof FAULTS)[number]

export const USAGE = `usage: node examples/stateful-service/main.ts [--fault ${FAULTS.join('|')}] [--seconds 5 to 300] [--history FILE]`

export interface Arguments {
  readonly fault: Fault | undefined
  /** After so many seconds nothing more is begun. */
  readonly seconds: number
  readonly history: string
}

/** Throws an error with a sentence for the user. */
export function readArguments(argv: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      fault: { type: 'string' },
      seconds: { type: 'string', default: '40' },
      history: { type: 'string', default: '.andon/stateful-service/history.ndjson' },
    },
  })
  const fault = FAULTS.find(f => f === values.fault)
  if (values.fault !== undefined && !fault)
    throw new Error(`--fault: expected one of ${FAULTS.join(', ')}, got ${JSON.stringify(values.fault)}`)
  const seconds = Number(values.seconds)
  if (!(seconds >= 5 && seconds <= 300)) throw new Error(`--seconds: expected 5 to 300, got ${values.seconds}`)
  return { fault, seconds, history: values.history }
}
