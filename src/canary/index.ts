export { type CanaryGateOptions, type CanaryRecord, type CanaryRun, judgeCanaries } from './canary-gate.ts'
export { functionCheck } from './function-check.ts'
export { type HttpProbeOptions, httpProbe } from './http-probe.ts'
export { type Canaries, type CanaryOptions, startCanaries } from './start-canaries.ts'
