import { readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { defineConfig, type Options } from 'tsup'

const CORE = resolve('src/core')

/**
 * Keeps all of core in one file that every subpath shares: one copy of each class, and two or three files to load
 * instead of ten, which is most of what importing costs. Left to itself, the bundler makes a chunk for each set of
 * subpaths that share something.
 */
const coreInOneFile = {
  name: 'core-in-one-file',
  setup(build: import('esbuild').PluginBuild) {
    const extension = build.initialOptions.outExtension?.['.js'] ?? '.js'
    build.onLoad({ filter: /core\.entry\.ts$/ }, () => ({
      contents: readdirSync(CORE)
        .filter(file => file !== 'index.ts')
        .map(file => `export * from './${file}'`)
        .join('\n'),
      loader: 'ts',
      resolveDir: CORE,
    }))
    build.onResolve({ filter: /^\.\.?\// }, ({ path, importer, resolveDir, kind }) => {
      if (kind === 'entry-point') return undefined
      const target = join(resolveDir, path)
      const outside = dirname(importer) !== CORE && !importer.endsWith('core.entry.ts')
      const fromIndex = importer === join(CORE, 'index.ts')
      return dirname(target) === CORE && (outside || fromIndex)
        ? { path: `./core${extension}`, external: true }
        : undefined
    })
  },
}

const entry = {
  index: 'src/core/index.ts',
  pipeline: 'src/pipeline/index.ts',
  canary: 'src/canary/index.ts',
  journal: 'src/parts/journal/index.ts',
  cord: 'src/parts/cord/index.ts',
  report: 'src/parts/report/index.ts',
  flags: 'src/flags/index.ts',
  'flags-control': 'src/flags/control/index.ts',
  openfeature: 'src/flags/openfeature/index.ts',
  shadow: 'src/shadow/index.ts',
  scenarios: 'src/scenarios/index.ts',
  leases: 'src/parts/leases/index.ts',
  ledger: 'src/parts/ledger/index.ts',
  placement: 'src/parts/placement/index.ts',
  reservation: 'src/reservation/index.ts',
  telemetry: 'src/parts/telemetry/index.ts',
  testing: 'src/testing/index.ts',
  cli: 'src/cli/main.ts',
}

const common: Options = {
  target: 'node22',
  platform: 'node',
  // One copy of each class, so that `instanceof` holds across subpaths.
  splitting: true,
  // tsup would otherwise turn `node:sqlite` into `sqlite`, which does not exist.
  removeNodeProtocol: false,
  esbuildPlugins: [coreInOneFile],
}

const { cli, ...library } = entry
const core = 'scripts/core.entry.ts'

export default defineConfig([
  { ...common, format: ['esm'], entry: { ...library, cli, core }, dts: { entry } },
  // The types of what `scripts/require.mjs` writes. Nobody requires the command line.
  { ...common, format: ['cjs'], entry: library, dts: { entry: library, only: true } },
])
