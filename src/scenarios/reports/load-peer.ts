import { missingPackage } from '../../core/missing-package.ts'

/** Loads an optional peer. Rejects with `missing-package`, with the line to type. */
export async function loadPeer<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (cause) {
    throw missingPackage([name, '@cucumber/messages'], cause)
  }
}
