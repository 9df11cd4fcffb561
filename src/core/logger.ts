/** What andon logs to: `console` fits, and so does every common logging library. */
export interface Logger {
  debug(message: string, detail?: object): void
  info(message: string, detail?: object): void
  warn(message: string, detail?: object): void
  error(message: string, detail?: object): void
}

const LEVELS = ['debug', 'info', 'warn', 'error'] as const

/** A logger that says nothing; the default everywhere. */
export const silentLogger: Logger = /* @__PURE__ */ Object.freeze({ debug() {}, info() {}, warn() {}, error() {} })

/**
 * Wraps a user's logger so that it can never break what it watches: a method that is missing is ignored, one that
 * throws or rejects is ignored and counted: `failures()` tells how often that happened.
 */
export function safeLogger(logger: Partial<Logger> | undefined): Logger & { failures(): number } {
  let failures = 0
  const failed = () => {
    failures++
  }
  const safe = (level: (typeof LEVELS)[number]) => (message: string, detail?: object) => {
    try {
      const answer: unknown = logger?.[level]?.(message, ...(detail === undefined ? [] : [detail]))
      if (typeof (answer as Promise<unknown> | undefined)?.then === 'function') Promise.resolve(answer).catch(failed)
    } catch {
      failed()
    }
  }
  return {
    debug: safe('debug'),
    info: safe('info'),
    warn: safe('warn'),
    error: safe('error'),
    failures: () => failures,
  }
}
