import { fileURLToPath } from 'node:url'
import { defaultExclude, defineConfig } from 'vitest/config'
import { LongestFirst } from './test/support/longest-first.js'
import { isLong } from './test/support/scale.js'

const minute = 60_000

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.{ts,tsx}', 'examples/*/src/**/*.test.ts'],
    exclude: [...defaultExclude, ...(isLong ? [] : ['**/*.long.test.ts'])],
    typecheck: {
      enabled: true,
      include: ['src/**/*.test-d.ts', 'test/**/*.test-d.ts'],
      checker: fileURLToPath(new URL('scripts/tsc.mjs', import.meta.url)),
    },
    globalSetup: './test/global-setup.ts',
    setupFiles: './test/support/seeds.ts',
    pool: 'forks',
    // The files of a worker share what they import, an embedded database and a browser: each takes longer to start than most
    // files take to run.
    isolate: false,
    // One more than two processors, since a file often waits for a database, a process or a browser. Every file may hold some ten
    // connections, and PGlite half a gigabyte.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // These limits only stop tests that hang. A busy machine may need a long time.
    testTimeout: (isLong ? 120 : 10) * minute,
    hookTimeout: 5 * minute,
    teardownTimeout: minute,
    expect: { poll: { timeout: 5 * minute, interval: 20 } },
  },
})
