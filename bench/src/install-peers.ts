import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import rootManifest from '../../package.json' with { type: 'json' }

const directory = join(import.meta.dirname, '..')

/**
 * Installs what `bench/package.json` lists, as its lockfile says, unless that has been done. The ordinary install leaves
 * it out: nobody needs five libraries for signatures to work on one.
 *
 * @throws {Error} with the package manager's output, when it fails.
 */
export async function installPeers(): Promise<void> {
  // pnpm keeps a copy of the lockfile it installed from.
  const wanted = await readFile(join(directory, 'pnpm-lock.yaml'), 'utf8')
  const installed = await readFile(join(directory, 'node_modules/.pnpm/lock.yaml'), 'utf8').catch(() => '')
  if (installed === wanted) return
  console.error('Installing the peers to measure beside …')
  const install = ['install', '--ignore-workspace', '--frozen-lockfile', '--dir', directory]
  await promisify(execFile)('npx', ['--yes', rootManifest.packageManager, ...install], {
    cwd: directory,
    shell: process.platform === 'win32',
  })
}
