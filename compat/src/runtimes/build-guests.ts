import { join, relative, sep } from 'node:path'
import type { Plugin } from 'esbuild'
import manifest from '../../../packages/webhooks/package.json' with { type: 'json' }
import { root } from '../pnpm.ts'

/**
 * Compiles all of `guest/` into a folder in which the packages are installed. What it imports of the core, the runtime
 * resolves itself, and gets the build: modules of `packages/webhooks/src` become those of `dist`.
 */
export async function buildGuests(directory: string): Promise<void> {
  const { build } = await import('esbuild')
  await build({
    entryPoints: [join(root, 'compat/guest/*.ts')],
    outdir: directory,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    packages: 'external',
    plugins: [sourcesFromBuild],
  })
}

/**
 * Bundles a compiled guest with all it imports, as users do for runtimes that load one file.
 *
 * @param conditions the export conditions of that runtime's usual bundler.
 * @returns the file's path.
 */
export async function bundleGuest(
  guest: string,
  name: string,
  conditions: readonly string[],
): Promise<string> {
  const { build } = await import('esbuild')
  const outfile = join(guest, '..', `${name}.js`)
  await build({
    entryPoints: [guest],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: [...conditions],
    external: ['node:*', 'cloudflare:*'],
  })
  return outfile
}

const core = join(root, 'packages/webhooks')

const sourcesFromBuild: Plugin = {
  name: 'sources-from-build',
  setup(build) {
    build.onResolve({ filter: /\.ts$/ }, ({ path, resolveDir, kind }) => {
      const file = relative(core, join(resolveDir, path)).split(sep).join('/')
      if (kind !== 'import-statement' || !file.startsWith('src/')) return undefined
      return {
        path: publicName(`./${file}`) ?? `./node_modules/${manifest.name}/${builtFile(file)}`,
        external: true,
      }
    })
  },
}

/** What users import where the sources import `file`, if it is the module of a subpath. */
function publicName(file: string): string | undefined {
  const entries = Object.entries<Readonly<Record<string, string>> | string>(manifest.exports)
  const subpath = entries.find(
    ([, target]) => typeof target === 'object' && target['@complywise/source'] === file,
  )?.[0]
  return subpath === undefined ? undefined : subpath.replace('.', manifest.name)
}

function builtFile(source: string): string {
  return source.replace(/^src/, 'dist').replace(/\.ts$/, '.js')
}
