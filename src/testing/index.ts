export type { AppConfigFault } from './app-config-faults.ts'
export {
  type AppConfigCall,
  type AppConfigCounts,
  type AppConfigServer,
  type AppConfigServerOptions,
  type FaultOptions,
  type PublishOptions,
  startAppConfigServer,
} from './app-config-server.ts'
export {
  type CloudWatchFault,
  type CloudWatchServer,
  type CloudWatchServerOptions,
  type StoredDatum,
  startCloudWatchServer,
} from './cloudwatch/index.ts'
export type { ControlDeployment, DeploymentState, HostedVersion } from './control-plane.ts'
export type { ControlCall } from './control-routes.ts'
