import { resolve } from 'node:path'
import { AndonError } from '../core/errors.ts'
import { literalOption } from '../core/options.ts'
import { REPORT_KINDS, type ReportSpec } from '../scenarios/reports/index.ts'

/** What `--report` asks for, as often as it is given; something to read while it runs is always there. Throws `invalid-option`. */
export function reportSpecs(cwd: string, words: readonly string[]): readonly ReportSpec[] {
  const specs = words.map(word => reportSpec(cwd, word))
  const styles = specs.filter(spec => !('file' in spec))
  if (styles.length > 1) throw bad('pretty and progress both go to the terminal: give one of them')
  const files = specs.flatMap(spec => ('file' in spec ? [spec.file] : []))
  const twice = files.find((file, i) => files.indexOf(file) !== i)
  if (twice !== undefined) throw bad(`${twice} is named twice`)
  return styles.length === 0 ? [{ kind: 'progress' }, ...specs] : specs
}

function reportSpec(cwd: string, word: string): ReportSpec {
  const at = word.indexOf('=')
  const kind = literalOption('--report', at < 0 ? word : word.slice(0, at), REPORT_KINDS)
  const file = at < 0 ? '' : word.slice(at + 1)
  if (kind === 'pretty' || kind === 'progress') {
    if (at >= 0) throw bad(`${kind} goes to the terminal and takes no file`)
    return { kind }
  }
  if (file === '') throw bad(`${kind} goes to a file: ${kind}=FILE`)
  return { kind, file: resolve(cwd, file) }
}

const bad = (why: string) => new AndonError('invalid-option', `--report: ${why}`)
