import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: {
    // The compatibility kit's steps are written against it; nobody publishes it.
    alias: {
      '@cucumber/fake-cucumber': fileURLToPath(new URL('test/scenarios/kit/fake-cucumber.ts', import.meta.url)),
    },
  },
  test: {
    include: process.env.ANDON_NIGHTLY ? ['test/**/*.test.ts', 'test/**/*.nightly.ts'] : ['test/**/*.test.ts'],
    globalSetup: 'test/package/tarball-folder.ts',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two cores: the tests that start fleets of processes must not share them.
    maxWorkers: 1,
    pool: 'forks',
    server: { deps: { inline: [/@cucumber\/compatibility-kit/] } },
  },
})
