import { constants } from 'node:fs'
import { chmod, copyFile, lstat, mkdir, open, readdir, symlink } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import type { PackagedBinaries } from './binaries.ts'
import { createWhole } from './leftovers.ts'

/** A symbolic link that npm's archives cannot carry; both paths are relative to the package. */
export interface SymbolicLink {
  readonly source: string
  readonly target: string
}

/** Name of the folder, in the data directory, that a copy of these programs is kept in. */
export function runtimeName({ version }: PackagedBinaries): string {
  return `runtime-${version}`
}

/**
 * Copies the programs into the data directory, unless that version is there already, with the symbolic links between
 * their libraries.
 *
 * @returns the copy's folder, with `bin`, `lib` and `share`.
 */
export async function copyRuntime(
  packaged: PackagedBinaries,
  links: readonly SymbolicLink[],
  dataDirectory: string,
): Promise<string> {
  const runtime = join(dataDirectory, runtimeName(packaged))
  if (await lstat(runtime).catch(() => undefined)) return runtime
  await createWhole(runtime, async (unfinished) => {
    // pnpm restores a package that was built before from its store, where links have become files: those are left out.
    const linked = new Set(links.map(({ target }) => join(packaged.directory, relative('native', target))))
    await copyTree(packaged.directory, unfinished, linked)
    for (const { source, target } of links) {
      await symlink(relative(dirname(target), source), join(unfinished, relative('native', target)))
    }
  })
  return runtime
}

/**
 * Copies folders and files, open to everyone whatever the umask says; leaves out links, archives for linking and
 * `excluded`.
 */
async function copyTree(from: string, to: string, excluded: ReadonlySet<string>): Promise<void> {
  await mkdir(to, { recursive: true })
  await chmod(to, 0o755)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) await copyTree(source, target, excluded)
    if (!entry.isFile() || entry.name.endsWith('.a') || excluded.has(source)) continue
    await copyFile(source, target, constants.COPYFILE_FICLONE)
    const file = await open(target)
    try {
      await file.chmod(0o755)
      // The folder's final name says that it is whole, also after a loss of power.
      await file.sync()
    } finally {
      await file.close()
    }
  }
}
