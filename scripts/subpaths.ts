import { readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Conditions {
  readonly import: { readonly types: string; readonly default: string }
}

/** One way into the package, as `exports` in its manifest names it. */
export interface Subpath {
  /** What a user writes: `andon/flags`. */
  readonly name: string
  /** Its declarations, from the package's folder: `./dist/flags.d.ts`. */
  readonly types: string
}

/** Every subpath that is code, in the order of the manifest. */
export function subpaths(packageFolder: string): Subpath[] {
  const manifest = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as {
    name: string
    exports: Record<string, Conditions | string>
  }
  return Object.entries(manifest.exports).flatMap(([path, conditions]) =>
    typeof conditions === 'string' ? [] : [{ name: manifest.name + path.slice(1), types: conditions.import.types }],
  )
}
