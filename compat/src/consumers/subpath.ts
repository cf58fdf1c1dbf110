import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PackedPackage } from '../pack-packages.ts'

/** What can be imported of a package. */
export interface Subpath {
  /** What users write, such as `@complywise/webhooks/wire`. */
  readonly specifier: string
  /** What has to be installed beside the package: Node's types, because its API is made of them, or one of its peers. */
  readonly wants: 'nothing' | "Node's types" | 'a peer'
}

/** The subpaths that are unlike the others; the packages of adapters all want a framework. */
const particulars: Readonly<Record<string, Partial<Subpath>>> = {
  '@complywise/webhooks/node': { wants: "Node's types" },
  '@complywise/webhooks/testing/fast-check': { wants: 'a peer' },
}

/** Every subpath of a package that is code. */
export async function findSubpaths({ name, directory }: PackedPackage): Promise<readonly Subpath[]> {
  const manifest: Manifest = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8'))
  const code = Object.entries(manifest.exports).filter(([, target]) => typeof target === 'object')
  const isAdapter = manifest.dependencies?.['@complywise/webhooks'] !== undefined
  return code.map(([subpath]) => {
    const specifier = subpath.replace('.', name)
    return { specifier, wants: isAdapter ? 'a peer' : 'nothing', ...particulars[specifier] }
  })
}

interface Manifest {
  readonly exports: Readonly<Record<string, unknown>>
  readonly dependencies?: Readonly<Record<string, string>>
}
