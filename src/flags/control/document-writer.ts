import type { JsonObject } from '../documents/json-object.ts'

/** A document as it is deployed. */
export interface WrittenDocument {
  readonly content: JsonObject
  /** Names this content among those of one writer. */
  readonly version: string
  /** The deployment that brings it out, while that is under way. */
  readonly deploying?: string
}

export interface WriteOptions {
  /** The version that is to be replaced; undefined: there is none yet. */
  readonly after: string | undefined
  /** Who writes, and why: kept beside the version. */
  readonly by: string
  readonly reason: string
  /**
   * An emergency: what is being deployed is stopped, and this one goes first. It goes on from what was settled, which is
   * what `after` names then.
   */
  readonly urgent?: boolean
  readonly signal?: AbortSignal
}

export interface StopOptions {
  readonly by: string
  readonly reason: string
  readonly signal?: AbortSignal
}

/**
 * Where a document is written. Errors (`AndonError`): `conflict` (somebody else has written meanwhile; nothing was
 * written), `deployment-in-progress` (one deployment at a time; nothing was written), `not-hosted`, `not-found`,
 * `denied`, `unwritable`, and `unreadable` for a document that is there and is no JSON object.
 */
export interface DocumentWriter {
  readonly name: string
  /**
   * What is deployed, or being deployed; undefined when there is nothing. `settled`: what was there before a deployment
   * that is still on its way.
   */
  read(options?: { readonly signal?: AbortSignal; readonly settled?: boolean }): Promise<WrittenDocument | undefined>
  /** Writes and begins to deploy; all of it or nothing. Resolves when that is under way. */
  write(content: JsonObject, options: WriteOptions): Promise<WrittenDocument>
  /** Stops what is being deployed, which brings back what was there before. Resolves to whether there was anything. */
  stop(options: StopOptions): Promise<boolean>
}
