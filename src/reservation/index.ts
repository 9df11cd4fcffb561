export type {
  BreakGlassProposal,
  BreakGlassRequest,
  CellStatus,
  Coordinator,
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
export type { ReservationEvent, Resolution } from './model/events.ts'
export type { HostRecord } from './model/host-record.ts'
export type { Limit, MaintenanceWindow, Policy } from './model/policy.ts'
export type { BreakGlass, Casualty, LivePhase, Priority, Reservation } from './model/reservation.ts'
