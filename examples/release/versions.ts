import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** The two published versions of s3rver, installed side by side. */
export const OLD = '3.7.0'
export const NEW = '3.7.1'

const require = createRequire(import.meta.url)

/** The program of an installed version. */
export function s3rverProgram(version: string): string {
  return join(dirname(require.resolve(`s3rver-${version}/package.json`)), 'bin', 's3rver.js')
}

/**
 * Which version answers at `origin`, told from outside: for the first byte of an object 3.7.1 answers 206, and 3.7.0
 * forgets the range and answers 200. The object `probe/probe` must be there.
 */
export async function probeVersion(origin: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(`${origin}/probe/probe`, { headers: { range: 'bytes=0-0' }, signal })
  await response.arrayBuffer()
  if (response.status === 206) return NEW
  if (response.status === 200) return OLD
  throw new Error(`probe of ${origin}: expected 200 or 206, got ${response.status}`)
}
