import { readFile, stat } from 'node:fs/promises'
import { EmbeddedPostgresError } from './errors.ts'

/** The operating system account that the database server runs as. */
export interface Account {
  readonly uid: number
  readonly gid: number
}

/** Accounts that exist to run a server with few rights, the best first. */
const candidates = ['postgres', 'nobody']

/**
 * Which account must run the server whose files are in `clusterDirectory`, if the directory exists.
 *
 * PostgreSQL refuses to run as root. A sender that is root runs it as the account that owns the files, or, for a new
 * directory, as `postgres` or `nobody`, whichever exists. Accounts are never created.
 *
 * @returns `undefined` when the server runs as the sender itself.
 * @throws {EmbeddedPostgresError} `account_unavailable`
 */
export async function chooseAccount(clusterDirectory: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const owner = await stat(clusterDirectory).catch(() => undefined)
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  const found = findAccount(await readFile('/etc/passwd', 'utf8').catch(() => ''), candidates)
  if (found !== undefined) return found
  throw new EmbeddedPostgresError(
    'account_unavailable',
    `PostgreSQL refuses to run as root, and there is no account ${candidates.join(' or ')} to run it as. ` +
      'Run the sender as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own.',
  )
}

/** The first of `names` that is in the text of a passwd file. */
export function findAccount(passwd: string, names: readonly string[]): Account | undefined {
  const entries = passwd.split('\n').map((line) => line.split(':'))
  const [entry] = names.flatMap((name) => entries.filter((fields) => fields[0] === name))
  return entry === undefined ? undefined : { uid: Number(entry[2]), gid: Number(entry[3]) }
}
