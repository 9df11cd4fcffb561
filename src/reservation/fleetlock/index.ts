export { createFleetLockServer, type FleetLockServer, type FleetLockServerOptions } from './create-fleet-lock-server.ts'
export { fleetLockHandler } from './fleet-lock-handler.ts'
export type { FleetLockNode, FleetLockOptions } from './fleet-lock-options.ts'
export { fleetLockRoutes } from './fleet-lock-routes.ts'
