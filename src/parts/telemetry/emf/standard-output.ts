import { AndonError } from '../../../core/errors.ts'

/**
 * Writes a line to standard output. Throws `congested` while whoever reads it is slower than what is written: to go on
 * would pile lines up in memory. A reader that went away is not this line's concern: like console.log, it keeps quiet.
 */
export function standardOutput(line: string): void {
  const { stdout } = process
  if (stdout.writableNeedDrain) throw new AndonError('congested', 'standard output is full')
  const ignore = () => {}
  stdout.once('error', ignore)
  stdout.write(`${line}\n`, () => setImmediate(() => stdout.off('error', ignore)))
}
