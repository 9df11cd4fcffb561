export { createResourcePool } from './create-resource-pool.ts'
export type { GivenResource, KindOptions, ResourcePoolOptions } from './pool-options.ts'
export { resourceKind } from './resource-kind.ts'
export type { Lane, Leak, PoolResource, ResourceInHand, ResourcePool, TakeOptions } from './resource-pool.ts'
