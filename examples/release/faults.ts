/** What `--fault` can plant. */
export const FAULTS = ['crash', 'errors', 'silent', 'cord', 'kill'] as const
export type Fault = (typeof FAULTS)[number]

/** What each one is, for `--help`. */
export const FAULT_HELP: Record<Fault, string> = {
  crash: 'the new version dies at start',
  errors: 'the new version answers 5 % of requests with a 5xx',
  silent: "customers' requests to the new version never reach it, and it never notices",
  cord: 'somebody pulls the cord in the middle of the release',
  kill: 'the release runner is killed with -9 and started again',
}
