import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: process.env.ANDON_NIGHTLY ? ['test/**/*.test.ts', 'test/**/*.nightly.ts'] : ['test/**/*.test.ts'],
    globalSetup: 'test/package/tarball-folder.ts',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two cores: the tests that start fleets of processes must not share them.
    maxWorkers: 1,
    pool: 'forks',
  },
})
