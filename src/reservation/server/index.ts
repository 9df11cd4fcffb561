export { createReservationServer, type ReservationServerOptions } from './create-reservation-server.ts'
export { RESERVATION_SERVER_METRICS } from './decision-metrics.ts'
export { RESERVATION_OPENAPI } from './openapi.ts'
