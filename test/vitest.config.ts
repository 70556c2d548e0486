import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** Tests run on source through the four doors (condition `source`), never on a stale build. */
export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two cores: journeys start servers and a browser of their own and then wait for trucks, so a third file has room beside two.
    maxWorkers: 3,
    // Real ttys, brokers and databases on a machine shared with others: CI tries a test a second time, and the reporter names it.
    retry: process.env.CI ? 1 : 0,
    reporters: ['default', './test/support/skips-reporter.ts'],
  },
})
