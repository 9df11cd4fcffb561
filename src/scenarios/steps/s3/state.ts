import type { StoreAnswer } from './store-error.ts'

/** An object as it was got. */
export interface GotObject {
  readonly key: string
  readonly bytes: Uint8Array
  readonly etag: string | undefined
  /** Which bytes of it, both included; undefined for all. */
  readonly range: readonly [number, number] | undefined
}

/** What a scenario knows of the store. */
export interface S3State {
  bucket: string | undefined
  /** Of the next object that is put. */
  contentType: string | undefined
  metadata: Record<string, string> | undefined
  /** What each object should have in it, made when it is wanted: by bucket and key. */
  readonly contents: Map<string, () => Uint8Array>
  /** Last known ETags, by bucket and key. */
  readonly etags: Map<string, string>
  /** What will be deleted behind the attempt, by bucket and key. */
  readonly owned: Set<string>
  got: GotObject | undefined
  last: StoreAnswer | undefined
}

export const newS3State = (): S3State => ({
  bucket: undefined,
  contentType: undefined,
  metadata: undefined,
  contents: new Map(),
  etags: new Map(),
  owned: new Set(),
  got: undefined,
  last: undefined,
})
