import { defineConfig } from 'vitest/config'

/** Tests of the page in a real Chromium, against a real sender. */
export default defineConfig({
  root: import.meta.dirname,
  // Workspace packages resolve to their sources, so nothing but the page is built before a test.
  ssr: { resolve: { conditions: ['@complywise/source', 'module', 'node', 'development|production'] } },
  test: {
    name: 'apps/sender/ui in Chromium',
    // Half of a test's time is a wait, for the page or for what the page waits for; they share one browser.
    maxWorkers: 3,
    // Tests wait for conditions, never for times: a busy machine makes them slow, not wrong.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
    include: ['test/browser/**/*.test.ts'],
    setupFiles: ['test/browser/support/matchers.ts'],
    globalSetup: ['test/browser/support/global-setup.ts'],
  },
})
