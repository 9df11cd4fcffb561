import type { PickleStep, Snippet } from '@cucumber/messages'
import { DataTable } from '../support/data-table.ts'
import type { SupportCode } from '../support/support-code.ts'

const VERB: Readonly<Record<string, string>> = { Context: 'given', Action: 'when', Outcome: 'then' }
const TYPE: Readonly<Record<string, string>> = {
  int: 'number',
  float: 'number',
  byte: 'number',
  short: 'number',
  long: 'number',
  double: 'number',
  biginteger: 'bigint',
}

/** What to type for a step that nobody has defined: one for each way to read it. */
export function snippets(step: PickleStep, block: DataTable | string | undefined, support: SupportCode): Snippet[] {
  const verb = VERB[step.type ?? ''] ?? 'step'
  const last = block === undefined ? [] : [block instanceof DataTable ? 'table: DataTable' : 'text: string']
  return support.propose(step.text).map(({ source, names, types }) => {
    const args = names.map((name, i) => `${name}: ${TYPE[types[i]!] ?? 'string'}`)
    const code = `${verb}(${JSON.stringify(source)}, (${['context', ...args, ...last].join(', ')}) => {\n  return 'pending'\n})`
    return { language: 'typescript', code }
  })
}
