/** As much of opossum 10 as is used; it ships no types. */
declare module 'opossum' {
  export interface Options {
    readonly timeout?: number | false
    readonly errorThresholdPercentage?: number
    readonly resetTimeout?: number
    readonly rollingCountTimeout?: number
    readonly rollingCountBuckets?: number
    readonly volumeThreshold?: number
    readonly rollingPercentilesEnabled?: boolean
    readonly name?: string
  }
  export default class CircuitBreaker<A extends unknown[], R> {
    constructor(action: (...args: A) => Promise<R>, options?: Options)
    fire(...args: A): Promise<R>
    on(event: 'open' | 'halfOpen' | 'close', listener: () => void): this
    readonly opened: boolean
    readonly halfOpen: boolean
    readonly pendingClose: boolean
    shutdown(): void
  }
}
