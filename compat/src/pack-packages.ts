import { globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pnpm, root } from './pnpm.ts'

/** A package as it would be published. */
export interface PackedPackage {
  readonly name: string
  /** Its directory in the repository. */
  readonly directory: string
  /** The file that `npm publish` would upload. */
  readonly tarball: string
}

interface Manifest {
  readonly name: string
  readonly private?: boolean
}

interface PackReport {
  readonly name: string
  readonly filename: string
}

/** Builds every package that is published and packs it into `destination`. */
export async function packPackages(destination: string): Promise<readonly PackedPackage[]> {
  const published = await findPublished()
  const filters = published.map(({ name }) => `--filter=${name}`)
  await pnpm('exec', 'turbo', 'run', 'build', ...filters)
  const output = await pnpm(...filters, 'pack', '--json', '--pack-destination', destination)
  const reports: PackReport | readonly PackReport[] = JSON.parse(output)
  const tarballs = new Map([reports].flat().map(({ name, filename }) => [name, filename]))
  return published.map(({ name, directory }) => ({ name, directory, tarball: tarballs.get(name)! }))
}

async function findPublished(): Promise<readonly Omit<PackedPackage, 'tarball'>[]> {
  const directories = globSync('packages/*/package.json', { cwd: root }).toSorted().map(dirname)
  const packages = await Promise.all(
    directories.map(async (directory) => {
      const manifest: Manifest = JSON.parse(await readFile(join(root, directory, 'package.json'), 'utf8'))
      return manifest.private ? [] : [{ name: manifest.name, directory: join(root, directory) }]
    }),
  )
  return packages.flat()
}
