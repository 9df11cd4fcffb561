import type { CanaryRecord } from '../canary-run.ts'
import type { CanaryPageOptions } from './canary-page.ts'

/**
 * Writes the history of canaries as one self-contained HTML page, mode 0600. What draws it is loaded now, and not when
 * canaries are. Rejects with the system's error.
 */
export async function writeCanaryPage(
  path: string,
  records: readonly CanaryRecord[],
  options?: CanaryPageOptions,
): Promise<void> {
  const { canaryPage } = await import('./canary-page.ts')
  const { chmod, writeFile } = await import('node:fs/promises')
  await writeFile(path, canaryPage(records, options), { mode: 0o600 })
  // One that was there before may be anybody's to read.
  await chmod(path, 0o600)
}
