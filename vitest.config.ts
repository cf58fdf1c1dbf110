import { existsSync, globSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { defineConfig } from 'vitest/config'

// Inline projects with `extends: true` inherit the resolve conditions below; plain glob projects do not.
const workspaces = globSync('{{packages,apps,examples}/*,apps/sender/ui}/package.json', {
  cwd: import.meta.dirname,
}).map(dirname)

/** What a workspace's tests need before any of them runs, such as a database. */
const globalSetup = 'test/support/global-setup.ts'

export default defineConfig({
  // Workspace packages resolve to their sources, so nothing is built before a test.
  ssr: { resolve: { conditions: ['@complywise/source', 'module', 'node', 'development|production'] } },
  test: {
    // Most tests wait for processes, sockets or a database: a worker for each core keeps a small machine busy.
    maxWorkers: '100%',
    // Tests wait for conditions, never for times: a busy machine makes them slow, not wrong.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      ...workspaces.map((root) => ({
        extends: true as const,
        root,
        test: {
          name: root,
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          // These need a browser: `pnpm test:browser`.
          exclude: ['test/browser/**'],
          globalSetup: existsSync(join(import.meta.dirname, root, globalSetup)) ? [globalSetup] : [],
        },
      })),
      // The core's tests once more on WebCrypto, which Node's own conditions never choose.
      {
        extends: true as const,
        root: 'packages/webhooks',
        resolve: {
          alias: { '#crypto': join(import.meta.dirname, 'packages/webhooks/src/wire/crypto.web.ts') },
        },
        test: {
          name: 'packages/webhooks on WebCrypto',
          include: ['src/**/*.test.ts'],
          env: { CRYPTO_BUILD: 'web' },
        },
      },
    ],
  },
})
