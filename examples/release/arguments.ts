import { parseArgs } from 'node:util'
import { FAULT_HELP, FAULTS, type Fault } from './faults.ts'

export interface Arguments {
  readonly fault: Fault | undefined
  readonly json: boolean
  readonly small: boolean
  readonly resume: string | undefined
  readonly rollback: string | undefined
  readonly help: boolean
}

export const HELP = `npm start                          release s3rver 3.7.0 → 3.7.1 to a fleet of real processes on this machine
npm start -- --fault NAME          the same with a fault planted:
${FAULTS.map(f => `  ${f.padEnd(8)} ${FAULT_HELP[f]}`).join('\n')}
npm start -- --resume RUN          continue a run that was halted or cut off
npm start -- --rollback RUN        roll such a run (or a finished release) back
npm start -- --small               two regions with one host a zone
npm start -- --json                end with one line of JSON

Exit codes: 0 released, 3 rolled back, 4 halted, 1 something failed, 2 wrong arguments, 130 interrupted.
`

/** Reads the command line; throws an error with a sentence for the user. */
export function readArguments(argv: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      fault: { type: 'string' },
      json: { type: 'boolean', default: false },
      small: { type: 'boolean', default: false },
      resume: { type: 'string' },
      rollback: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const fault = FAULTS.find(f => f === values.fault)
  if (values.fault !== undefined && !fault)
    throw new Error(`--fault: expected one of ${FAULTS.join(', ')}; got ${JSON.stringify(values.fault)}`)
  if (values.resume !== undefined && values.rollback !== undefined)
    throw new Error('--resume and --rollback: expected one of them, got both')
  for (const name of ['resume', 'rollback'] as const) {
    if (values[name] !== undefined && !/^[\w.-]+$/.test(values[name]))
      throw new Error(`--${name}: expected a run id, got ${JSON.stringify(values[name])}`)
  }
  return {
    fault,
    json: values.json,
    small: values.small,
    resume: values.resume,
    rollback: values.rollback,
    help: values.help,
  }
}
