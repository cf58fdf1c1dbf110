import { access, chmod, chown, constants, mkdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Account } from './account.ts'
import { EmbeddedPostgresError, systemErrorCode } from './errors.ts'
import { firstUnreachable } from './reachable.ts'

/** What decides where data is kept by default. */
export interface Surroundings {
  readonly platform: NodeJS.Platform
  /** Environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly homeDirectory: string
  readonly isRoot: boolean
}

/**
 * Where the sender keeps its data unless told otherwise: `/var/lib/complywise-sender` for root; else
 * `complywise-sender` in `$XDG_DATA_HOME` or `~/.local/share`, on Windows in `%LOCALAPPDATA%`.
 *
 * @see https://specifications.freedesktop.org/basedir-spec/latest/
 */
export function defaultDataDirectory({ platform, env, homeDirectory, isRoot }: Surroundings): string {
  const name = 'complywise-sender'
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(homeDirectory, 'AppData', 'Local'), name)
  if (isRoot) return join('/var/lib', name)
  // The specification has relative paths ignored.
  const dataHome = env['XDG_DATA_HOME']?.startsWith('/') === true ? env['XDG_DATA_HOME'] : undefined
  return join(dataHome ?? join(homeDirectory, '.local', 'share'), name)
}

/**
 * Makes sure that the directory exists, can be written by the sender and be entered by the account that runs the
 * server. A directory that only root may enter is opened to that account's group, nothing more; those above it are
 * left as they are.
 *
 * @returns its path without symbolic links.
 * @throws {EmbeddedPostgresError} `data_directory_unusable`, `data_directory_unreachable`
 */
export async function prepareDataDirectory(
  dataDirectory: string,
  account: Account | undefined,
): Promise<string> {
  const directory = await createDirectory(dataDirectory)
  if (account === undefined) return directory
  if ((await firstUnreachable(directory, account)) === directory) await admit(directory, account)
  const blocked = await firstUnreachable(directory, account)
  if (blocked === undefined) return directory
  throw new EmbeddedPostgresError(
    'data_directory_unreachable',
    `The data directory ${directory} cannot be used: PostgreSQL does not run as root but as user ${account.uid}, ` +
      `who may not enter ${blocked}. ` +
      `Set SENDER_DATA_DIR to a directory elsewhere, such as /var/lib/complywise-sender, or run chmod o+x ${blocked}.`,
  )
}

async function createDirectory(dataDirectory: string): Promise<string> {
  try {
    await mkdir(dataDirectory, { recursive: true, mode: 0o700 })
    await access(dataDirectory, constants.W_OK | constants.X_OK)
    return await realpath(dataDirectory)
  } catch (error) {
    throw new EmbeddedPostgresError(
      'data_directory_unusable',
      `The data directory ${dataDirectory} cannot be created or written (${systemErrorCode(error) ?? String(error)}). ` +
        'Set SENDER_DATA_DIR to a directory that this user may write.',
      { cause: error },
    )
  }
}

/** Lets the account's group pass through a directory that so far no group may use. */
async function admit(directory: string, account: Account): Promise<void> {
  const { uid, mode } = await stat(directory)
  if (uid !== 0 || (mode & 0o070) !== 0) return
  await chown(directory, uid, account.gid)
  await chmod(directory, (mode & 0o7777) | 0o010)
}
