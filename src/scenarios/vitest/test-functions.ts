/** What a test is given, of which the two frameworks have each a part. */
export interface TestContextLike {
  /** Aborted when the test's time is over, or the run is cancelled. */
  readonly signal?: AbortSignal
  /** Vitest's throws; that of `node:test` does not. */
  readonly skip: (note?: string) => unknown
  /** Only `node:test` can tell while a test runs that it is one to be written. */
  readonly todo?: (note?: string) => unknown
}

/** `describe` and `test` of Vitest, or of `node:test`. */
export interface TestFunctions {
  readonly describe: (name: string, declare: () => void) => unknown
  readonly test: (
    name: string,
    options: { readonly timeout: number },
    run: (context: TestContextLike) => Promise<void>,
  ) => unknown
}
