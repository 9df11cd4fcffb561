export {
  dynamoDbLedger,
  type Ledger,
  memoryLedger,
  postgresLedger,
  sqliteLedger,
} from '../parts/ledger/index.ts'
export {
  type ErasureStripe,
  okToStop,
  type Placement,
  type PlacementSafetyOptions,
  placementIndex,
  placementSafety,
  planGroups,
  type ReplicaStripe,
  recheckGroup,
  type Stripe,
  safetyVerdict,
  type Tolerance,
} from '../parts/placement/index.ts'
export type {
  ApiServer,
  Authenticate,
  AuthRequest,
  CertificateAuthenticationOptions,
  HmacAuthenticationOptions,
  HmacPrincipal,
  HmacSigner,
  HmacSignerOptions,
  JwtAlgorithm,
  JwtAuthenticationOptions,
  JwtKeys,
  Principal,
  RateLimit,
  Role,
  Secret,
} from '../parts/server/index.ts'
export {
  anyAuthentication,
  certificateAuthentication,
  hmacAuthentication,
  hmacSigner,
  jwtAuthentication,
} from '../parts/server/index.ts'
export {
  createHostAgent,
  type GuardedWork,
  type HostAgent,
  type HostAgentOptions,
  type Permission,
} from './agent/index.ts'
export {
  type ClientReserveRequest,
  createReservationClient,
  type Denial as ClientDenial,
  type Held,
  isReservationDenied,
  type ReleaseRequest,
  type ReservationClient,
  type ReservationClientOptions,
  type ReservationDenied,
  type TryReserveAnswer,
} from './client/index.ts'
export type {
  AuditEntry,
  BreakGlassProposal,
  BreakGlassRequest,
  CellStatus,
  Coordinator,
  Denial,
  Explanation,
  Outcome,
  ReleaseAnswer,
  ReservationCall,
  ReservationKey,
  ReserveAnswer,
  ReserveRequest,
  Step,
  Waiting,
  ZoneStatus,
} from './coordinator/coordinator.ts'
export { type CoordinatorOptions, createCoordinator } from './coordinator/create-coordinator.ts'
export type { BudgetCheck, HealthCheck } from './coordinator/service.ts'
export {
  createFleetLockServer,
  type FleetLockNode,
  type FleetLockOptions,
  type FleetLockServerOptions,
  fleetLockHandler,
  fleetLockRoutes,
} from './fleetlock/index.ts'
export type { ReservationEvent, Resolution } from './model/events.ts'
export type { HostRecord } from './model/host-record.ts'
export type { Limit, MaintenanceWindow, Policy } from './model/policy.ts'
export type { BreakGlass, Casualty, LivePhase, Priority, Reservation } from './model/reservation.ts'
export type { SafetyCheckClientOptions } from './safety/client-options.ts'
export type { FastifyLike, FastifyReplyLike, FastifyRequestLike } from './safety/fastify-plugin.ts'
export type { SafetyCheckHandlerOptions } from './safety/handler-options.ts'
export { type SafetyCheckClient, safetyCheckClient } from './safety/safety-check-client.ts'
export { type ExpressRequestLike, type SafetyCheckHandler, safetyCheckHandler } from './safety/safety-check-handler.ts'
export { createReservationServer, RESERVATION_OPENAPI, type ReservationServerOptions } from './server/index.ts'
export { reservationTower, type Tower, type TowerOptions } from './tower/index.ts'
