import { execFileSync } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

/** What importing a subpath loads. Neither depends on how busy the machine is. */
export interface ImportCost {
  readonly modules: number
  readonly bytes: number
  /** Node's own modules that the package's files import, sorted. */
  readonly builtins: readonly string[]
}

/**
 * Counts with Node's own hooks, in a process of its own. `folder` is where the package is installed; a peer that is not
 * there is taken from `peersFrom`, and not counted.
 */
export function importCost(subpath: string, folder: string, peersFrom: string): ImportCost {
  const home = (path: string) => JSON.stringify(pathToFileURL(`${realpathSync(path)}/`).href)
  const script = `
    const { registerHooks } = await import('node:module')
    const { statSync } = await import('node:fs')
    const { fileURLToPath } = await import('node:url')
    const files = []
    const builtins = new Set()
    const within = url => url?.startsWith(${home(folder)} + 'node_modules/')
    const resolve = (specifier, context, next) => {
      try {
        return next(specifier, context)
      } catch (error) {
        if (!within(context.parentURL)) throw error
        return next(specifier, { ...context, parentURL: ${home(peersFrom)} })
      }
    }
    registerHooks({
      resolve(specifier, context, next) {
        const found = resolve(specifier, context, next)
        if (within(context.parentURL) && found.url.startsWith('node:')) builtins.add(found.url)
        return found
      },
      load(url, context, next) {
        if (within(url)) files.push(fileURLToPath(url))
        return next(url, context)
      },
    })
    await import('${subpath}')
    const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0)
    console.log(JSON.stringify({ modules: files.length, bytes, builtins: [...builtins].sort() }))`
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
    }),
  ) as ImportCost
}
