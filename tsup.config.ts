import { defineConfig } from 'tsup'

export default defineConfig({
  entry: {
    index: 'src/core/index.ts',
    pipeline: 'src/pipeline/index.ts',
    canary: 'src/canary/index.ts',
    journal: 'src/parts/journal/index.ts',
    cord: 'src/parts/cord/index.ts',
    report: 'src/parts/report/index.ts',
    cli: 'src/cli/main.ts',
  },
  format: ['esm', 'cjs'],
  target: 'node22',
  platform: 'node',
  dts: true,
  clean: true,
  // Without splitting, each CommonJS entry carries its own copy of every class and `instanceof` fails across subpaths.
  splitting: true,
  // tsup would otherwise turn `node:sqlite` into `sqlite`, which does not exist.
  removeNodeProtocol: false,
})
