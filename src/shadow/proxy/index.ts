export { createForwarder, type Forwarder, type ForwarderCounts, type ForwarderOptions } from './forwarder.ts'
export {
  type ShadowEngine,
  type ShadowProxy,
  type ShadowProxyCounts,
  type ShadowProxyOptions,
  startShadowProxy,
} from './shadow-proxy.ts'
