export { deadline, sleep } from './abort.ts'
export { all } from './all.ts'
export { type AskOptions, ask } from './ask.ts'
export { type BackoffOptions, backoffMs } from './backoff.ts'
export { type BoundedBuffer, type BoundedBufferOptions, boundedBuffer } from './bounded-buffer.ts'
export { type CachedOptions, cached } from './cached.ts'
export type { Check, CheckResult } from './check.ts'
export type { Clock, Timer } from './clock.ts'
export { combine, combineDecisions } from './combine.ts'
export {
  type Cord,
  type CordLevel,
  type CordReader,
  type CordState,
  cordAllows,
  cordVerdict,
  type EffectKind,
} from './cord.ts'
export type { Deployer, DeployRequest, HostInfo, RollbackRequest } from './deployer.ts'
export { hours, minutes, seconds } from './durations.ts'
export { AndonError, isAndonError } from './errors.ts'
export type { Gate, GateContext } from './gate.ts'
export { type Logger, safeLogger, silentLogger } from './logger.ts'
export { memoryCord } from './memory-cord.ts'
export { type MemoryMetricsOptions, memoryMetrics } from './memory-metrics.ts'
export type { MetricPoint, MetricQuery, MetricSink, MetricSource, MetricWindow } from './metrics.ts'
export {
  formatPlace,
  type Place,
  type PlaceId,
  type PlaceLevel,
  parsePlace,
  placeAndAncestors,
  placeAt,
  placeContains,
  placeLevel,
} from './place.ts'
export { createPoller, type Look, type Poller, type PollerOptions } from './poller.ts'
export { anyOf, quorum, quorumDecision } from './quorum.ts'
export { type Random, seededRandom, systemRandom } from './random.ts'
export { type RateGateOptions, rateGate } from './rate-gate.ts'
export { type Asked, readVerdict, verdictOfError } from './read-verdict.ts'
export { realClock } from './real-clock.ts'
export { createRegionCatalogue, type Region, type RegionCatalogue } from './region-catalogue.ts'
export { awsRegions } from './regions.ts'
export { type RetryOptions, retry } from './retry.ts'
export type {
  Activity,
  SafetyCheck,
  SafetyEvidence,
  SafetyRequest,
  SafetyVerdict,
  UnavailableHost,
} from './safety-check.ts'
export { singleFlight } from './single-flight.ts'
export { type Decision, type Reason, type Subject, type Verdict, verdict } from './verdict.ts'
export { type VirtualClock, virtualClock } from './virtual-clock.ts'
export { withDeadline } from './with-deadline.ts'
