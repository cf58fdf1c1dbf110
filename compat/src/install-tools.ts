import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pnpm, root } from './pnpm.ts'

const directory = join(root, 'compat')

/**
 * Installs what `compat/package.json` lists, as its lockfile says, unless that has been done. The ordinary install leaves
 * it out: nobody needs 700 MB of runtimes to work on one package.
 *
 * @throws {Error} with the package manager's output, when it fails.
 */
export async function installTools(): Promise<void> {
  // pnpm keeps a copy of the lockfile it installed from.
  const wanted = await readFile(join(directory, 'pnpm-lock.yaml'), 'utf8')
  const installed = await readFile(join(directory, 'node_modules/.pnpm/lock.yaml'), 'utf8').catch(() => '')
  if (installed === wanted) return
  console.error('Installing the runtimes and compilers …')
  await pnpm('install', '--ignore-workspace', '--frozen-lockfile', '--dir', directory)
}
