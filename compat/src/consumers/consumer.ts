import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PackedPackage } from '../pack-packages.ts'
import { runCommand } from '../run-command.ts'

/** A project of somebody else: a folder outside the repository with installed packages. */
export interface Consumer extends AsyncDisposable {
  readonly directory: string
}

/** Makes a folder, and installs with npm what `dependencies` lists: tarballs, or names with versions. */
export async function createConsumer(name: string, dependencies: readonly string[]): Promise<Consumer> {
  const directory = await mkdtemp(join(tmpdir(), `complywise-${name}-`))
  await using cleanup = new AsyncDisposableStack()
  cleanup.defer(() => rm(directory, { recursive: true, force: true }))
  await npm(directory, 'init', '-y')
  await npm(directory, 'install', '--no-audit', '--no-fund', '--ignore-scripts', ...dependencies)
  const kept = cleanup.move()
  return { directory, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

/** Runs npm in a folder. */
export function npm(directory: string, ...args: readonly string[]): Promise<string> {
  return runCommand('npm', args, { cwd: directory, timeoutMs: 300_000 })
}

/**
 * What the packages want beside them, as names with the versions that this repository is tested with: their peers, the
 * types of these, and Node's.
 */
export async function findPeers(packages: readonly PackedPackage[]): Promise<readonly string[]> {
  const found = await Promise.all(
    packages.map(async ({ directory }) => {
      const manifest: Manifest = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8'))
      const peers = Object.keys(manifest.peerDependencies ?? {})
      const types = ['node', ...peers].map((peer) => `@types/${peer}`)
      const wanted = [...peers, ...types.filter((name) => name in (manifest.devDependencies ?? {}))]
      return Promise.all(wanted.map(async (name) => `${name}@${await installedVersion(directory, name)}`))
    }),
  )
  return [...new Set(found.flat())]
}

interface Manifest {
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

/** The version of a package that is installed for the one in `directory`. */
export async function installedVersion(directory: string, name: string): Promise<string> {
  const manifest = join(directory, 'node_modules', name, 'package.json')
  const { version }: { version: string } = JSON.parse(await readFile(manifest, 'utf8'))
  return version
}
