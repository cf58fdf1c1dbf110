import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { startEmbeddedPostgres } from '../../src/store/embedded/index.ts'
import { directoryWithCluster, logger, pidFile, query, serverPid, temporaryDirectory } from './sandbox.ts'
import { startHolder } from './start-holder.ts'

describe('startEmbeddedPostgres', () => {
  it('creates a durable cluster that only this machine can reach, with a password of its own', async () => {
    const parent = temporaryDirectory()
    chmodSync(parent, 0o755)
    const dataDirectory = join(parent, 'data')
    const postgres = await startEmbeddedPostgres({ dataDirectory, logger })
    const settings = await query(
      postgres.connectionString,
      `select name, setting from pg_settings where name in ('fsync', 'synchronous_commit', 'full_page_writes',
         'data_checksums', 'listen_addresses', 'unix_socket_directories', 'server_encoding', 'TimeZone', 'lc_messages')`,
    )
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      data_checksums: 'on',
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      server_encoding: 'UTF8',
      TimeZone: 'UTC',
      lc_messages: 'C',
    })
    expect(
      await query(postgres.connectionString, 'select distinct auth_method from pg_hba_file_rules'),
    ).toEqual([{ auth_method: 'scram-sha-256' }])
    const passwordFile = join(dataDirectory, 'postgres', 'password')
    const password = readFileSync(passwordFile, 'utf8').trim()
    expect(password).toMatch(/^[0-9a-f]{48}$/)
    expect(statSync(passwordFile).mode & 0o777).toBe(0o600)
    await expect(query(postgres.connectionString.replace(password, 'wrong'), 'select 1')).rejects.toThrow(
      'password authentication failed',
    )
    await postgres.close()
  })

  it('keeps data from one start to the next', async () => {
    const dataDirectory = await directoryWithCluster()
    const first = await startEmbeddedPostgres({ dataDirectory, logger, durable: false })
    await query(first.connectionString, 'create table kept (id int); insert into kept values (1), (2)')
    await first.close()
    const second = await startEmbeddedPostgres({ dataDirectory, logger, durable: false })
    expect(await query(second.connectionString, 'select id from kept')).toEqual([{ id: 1 }, { id: 2 }])
    await second.close()
  })

  it('stops the server on close, once, however often it is called', async () => {
    const dataDirectory = await directoryWithCluster()
    const postgres = await startEmbeddedPostgres({ dataDirectory, logger, durable: false })
    const port = Number(new URL(postgres.connectionString).port)
    await Promise.all([postgres.close(), postgres.close()])
    await postgres.close()
    expect(existsSync(pidFile(dataDirectory))).toBe(false)
    const [error] = await once(connect(port, '127.0.0.1'), 'error').catch((reason: unknown) => [reason])
    expect(error).toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('runs the server in a session of its own, so that Ctrl-C reaches the sender alone', async () => {
    const dataDirectory = await directoryWithCluster()
    const postgres = await startEmbeddedPostgres({ dataDirectory, logger, durable: false })
    expect(groupOf(serverPid(dataDirectory))).not.toBe(groupOf(process.pid))
    await postgres.close()
  })

  it.runIf(process.platform === 'linux')('keeps the environment of the sender from the server', async () => {
    const dataDirectory = await directoryWithCluster()
    const holder = startHolder({
      dataDirectory,
      env: { SENDER_ENCRYPTION_KEY: 'hunter2', PGPORT: '1', PGSSLMODE: 'require' },
    })
    expect(await holder.next()).toMatchObject({ kind: 'open' })
    const environment = readFileSync(`/proc/${serverPid(dataDirectory)}/environ`, 'utf8')
    expect(environment).toContain('LC_ALL=C')
    expect(environment).not.toContain('hunter2')
    await holder.close()
  })

  it('begins a new log when the old one has grown large, and keeps that one', async () => {
    const dataDirectory = await directoryWithCluster()
    const log = join(dataDirectory, 'postgres', 'server.log')
    await (await startEmbeddedPostgres({ dataDirectory, logger, durable: false })).close()
    writeFileSync(log, 'x'.repeat(5_000_001))
    await (await startEmbeddedPostgres({ dataDirectory, logger, durable: false })).close()
    expect(statSync(log).size).toBeLessThan(10_000)
    expect(statSync(`${log}.1`).size).toBe(5_000_001)
  })
})

describe('a data directory that is in use', () => {
  it('is refused while its owner lives, naming it and what to do', async () => {
    const dataDirectory = await directoryWithCluster()
    const owner = startHolder({ dataDirectory })
    expect(await owner.next()).toMatchObject({ kind: 'open' })
    await expect(startEmbeddedPostgres({ dataDirectory, logger, durable: false })).rejects.toMatchObject({
      name: 'EmbeddedPostgresError',
      code: 'data_directory_in_use',
      message:
        `The data directory ${dataDirectory} is in use by another sender (process ${owner.pid}). ` +
        'Stop that one, or give this one a directory of its own with SENDER_DATA_DIR. ' +
        'To run several senders on one database, set DATABASE_URL for all of them.',
    })
    await owner.close()
    expect(existsSync(pidFile(dataDirectory))).toBe(false)
  })

  it('goes to exactly one of several processes that start at once on nothing', async () => {
    const dataDirectory = temporaryDirectory()
    const holders = Array.from({ length: 3 }, () => startHolder({ dataDirectory }))
    const said = await Promise.all(holders.map((holder) => holder.next()))
    expect(said.map(({ kind, code }) => code ?? kind).toSorted()).toEqual([
      'data_directory_in_use',
      'data_directory_in_use',
      'open',
    ])
    expect(readdirSync(dataDirectory)).toEqual(['postgres'])
    await holders[said.findIndex(({ kind }) => kind === 'open')]?.close()
    expect(existsSync(pidFile(dataDirectory))).toBe(false)
  })

  it('goes to exactly one of several processes that start at once after a crash', async () => {
    const dataDirectory = await directoryWithCluster()
    const first = startHolder({ dataDirectory })
    await first.next()
    await first.kill()
    const holders = Array.from({ length: 3 }, () => startHolder({ dataDirectory }))
    const said = await Promise.all(holders.map((holder) => holder.next()))
    expect(said.map(({ kind, code }) => code ?? kind).toSorted()).toEqual([
      'data_directory_in_use',
      'data_directory_in_use',
      'open',
    ])
  })

  it('can be opened again while its owner is closing it', async () => {
    const dataDirectory = await directoryWithCluster()
    const first = startHolder({ dataDirectory })
    const { connectionString } = await first.next()
    await query(connectionString, 'create table kept (id int)')
    const closing = first.close()
    await vi.waitUntil(() => !existsSync(pidFile(dataDirectory)), { timeout: 30_000, interval: 5 })
    const second = await startEmbeddedPostgres({ dataDirectory, logger, durable: false })
    await closing
    expect(await query(second.connectionString, 'select * from kept')).toEqual([])
    await second.close()
  })
})

function groupOf(pid: number): string {
  return execFileSync('ps', ['-o', 'pgid=', '-p', String(pid)], { encoding: 'utf8' }).trim()
}
