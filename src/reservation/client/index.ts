export { createReservationClient, type ReservationClientOptions } from './create-reservation-client.ts'
export type {
  ClientReserveRequest,
  Denial,
  Held,
  ReleaseRequest,
  ReservationClient,
  TryReserveAnswer,
} from './reservation-client.ts'
export { isReservationDenied, type ReservationDenied } from './reservation-denied.ts'
