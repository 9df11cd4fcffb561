import type { FeatureSource } from './parse-feature.ts'

const FEATURE = /\.feature(?:\.md)?$/

/**
 * Reads feature files: of each path that is a folder, all below it, by name; others as they are. Rejects with the
 * system's error when a path is not there.
 */
export async function readFeatures(paths: readonly string[]): Promise<FeatureSource[]> {
  const { readdir, readFile, stat } = await import('node:fs/promises')
  const { join } = await import('node:path')
  const files: string[] = []
  for (const path of paths) {
    if (!(await stat(path)).isDirectory()) files.push(path)
    else {
      const below = await readdir(path, { recursive: true })
      const named = below
        .filter(name => FEATURE.test(name))
        .sort()
        .map(name => join(path, name))
      // A folder may be called so, too; what is in it is among the others.
      const isFolder = await Promise.all(named.map(async file => (await stat(file)).isDirectory()))
      files.push(...named.filter((_, i) => !isFolder[i]))
    }
  }
  return Promise.all([...new Set(files)].map(async uri => ({ uri, text: await readFile(uri, 'utf8') })))
}
