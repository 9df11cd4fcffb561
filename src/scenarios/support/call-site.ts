/** Where something was declared. */
export interface CallSite {
  readonly uri: string
  readonly line: number
}

const FRAME = /(?:\(|at (?:async )?)((?:file:\/\/|node:|\/|[A-Za-z]:\\)[^()]*?):(\d+)(?::\d+)?\)?$/

/** Where the function `above` was called from, by the stack; nowhere when that cannot be seen. */
export function callSite(above: (...args: never[]) => unknown): CallSite {
  const holder: { stack?: string } = {}
  const before = Error.stackTraceLimit
  Error.stackTraceLimit = 1
  Error.captureStackTrace(holder, above)
  Error.stackTraceLimit = before
  const [, uri, line] = FRAME.exec(holder.stack?.split('\n')[1] ?? '') ?? []
  return uri === undefined ? { uri: 'unknown', line: 1 } : { uri: uri.replace(/^file:\/\//, ''), line: Number(line) }
}
