export type { AlarmState } from './alarm-state.ts'
export {
  type CloudWatchCall,
  type CloudWatchServer,
  type CloudWatchServerOptions,
  startCloudWatchServer,
  type TakenRequest,
} from './cloud-watch-server.ts'
export type { CloudWatchFault } from './faults.ts'
export type { StoredDatum } from './put-metric-data.ts'
export type { StoredDimensions } from './read-dimensions.ts'
export type { StoredAlarm } from './stored-alarm.ts'
