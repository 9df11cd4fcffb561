export {
  createHostAgent,
  type GuardedWork,
  type HostAgent,
  type HostAgentOptions,
  type Permission,
} from './create-host-agent.ts'
