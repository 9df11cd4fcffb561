import { createRequire } from 'node:module'
import type { Account, FlagName } from './cases.ts'

/** Something that evaluates the flags of `cases.ts`, loaded when it is its turn. */
export interface Peer {
  readonly name: string
  readonly version: string
  /** What a reader of its figures should know: which of its constructs stands for ours. */
  readonly list: string
  load(): Promise<LoadedPeer>
}

export interface LoadedPeer<Context = unknown> {
  /** The account in the form that the peer wants; made once, outside of what is measured. */
  contextOf(account: Account): Context
  /** A promise only where the peer has nothing else to offer. */
  evaluate(flag: FlagName, context: Context): boolean | Promise<boolean>
  close(): void | Promise<void>
}

/** The version that is installed; found through the entry point where a package hides its package.json. */
export function installedVersion(name: string): string {
  const require = createRequire(import.meta.url)
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      return (require(`${folder}/${name}/package.json`) as { version: string }).version
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error
    }
  }
  throw new Error(`${name} is not installed`)
}
