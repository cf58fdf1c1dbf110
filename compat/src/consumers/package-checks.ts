import { deepStrictEqual, ok } from 'node:assert'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Check } from '../check.ts'
import type { PackedPackage } from '../pack-packages.ts'
import { npm } from './consumer.ts'

/** What is in the published package, where it is installed. */
export interface PackageContents {
  readonly name: string
  readonly files: readonly string[]
  readonly bytes: number
}

const core = '@complywise/webhooks'

/** What an installed package consists of. */
export async function readContents(directory: string, { name }: PackedPackage): Promise<PackageContents> {
  const folder = join(directory, 'node_modules', name)
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size))
  return {
    name,
    files: files.map((file) => file.slice(folder.length + 1)),
    bytes: sizes.reduce((sum, size) => sum + size, 0),
  }
}

/** What a package must and must not hold. */
export function contentChecks(directory: string, { name, files }: PackageContents): readonly Check[] {
  const group = 'contents of the tarballs'
  const required = ['package.json', 'README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts']
  const vectors = ['digest', 'retry-after', 'secret', 'sign', 'verify'].map((file) => `vectors/${file}.json`)
  return [
    {
      group,
      name: `${name} has all it needs`,
      run: async () => {
        const wanted = name === core ? [...required, ...vectors] : required
        deepStrictEqual(
          wanted.filter((file) => !files.includes(file)),
          [],
        )
      },
    },
    {
      group,
      name: `${name} has no tests and no sources`,
      run: async () => {
        deepStrictEqual(
          files.filter((file) => /\.test\.|^(src|test|scripts)\/|(?<!\.d)\.ts$/.test(file)),
          [],
        )
      },
    },
    {
      group,
      name: `${name} names no version that only this workspace knows`,
      run: async () => {
        const manifest = await readFile(join(directory, 'node_modules', name, 'package.json'), 'utf8')
        ok(!/"(workspace|catalog):/.test(manifest), manifest)
      },
    },
  ]
}

/** The core brings zod along, and nothing else. */
export function dependencyCheck(directory: string): Check {
  return {
    group: 'dependencies',
    name: `${core} depends on zod alone`,
    run: async () => {
      const tree: Tree = JSON.parse(await npm(directory, 'ls', '--all', '--json'))
      deepStrictEqual(namesIn(tree), [core, 'zod'])
    },
  }
}

interface Tree {
  /** Optional peers that are not installed are listed without one. */
  readonly version?: string
  readonly dependencies?: Readonly<Record<string, Tree>>
}

function namesIn({ dependencies = {} }: Tree): readonly string[] {
  return Object.entries(dependencies).flatMap(([name, tree]) =>
    tree.version === undefined ? [] : [name, ...namesIn(tree)],
  )
}
