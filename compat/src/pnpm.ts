import { join } from 'node:path'
import rootManifest from '../../package.json' with { type: 'json' }
import { runCommand } from './run-command.ts'

/** The repository's root. */
export const root = join(import.meta.dirname, '../..')

/**
 * Runs the repository's version of pnpm at the root.
 *
 * @returns what it printed on standard output.
 * @throws {Error} with what it printed, when it fails.
 */
export function pnpm(...args: readonly string[]): Promise<string> {
  return runCommand('npx', ['--yes', rootManifest.packageManager, ...args], {
    cwd: root,
    timeoutMs: 600_000,
  })
}
