import { spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { startEmbeddedPostgres } from '../../src/store/embedded/index.ts'
import { directoryWithCluster, logger, pidFile, query, serverPid, temporaryDirectory } from './sandbox.ts'
import { startHolder } from './start-holder.ts'

describe('after kill -9', () => {
  it('of the owner, the server left running is taken over with its data, and stopped in the end', async () => {
    const dataDirectory = await directoryWithCluster()
    const owner = startHolder({ dataDirectory })
    const { connectionString } = await owner.next()
    await query(connectionString, 'create table kept (id int); insert into kept values (1)')
    await owner.kill()
    const orphan = serverPid(dataDirectory)
    const postgres = await startEmbeddedPostgres({ dataDirectory, logger, durable: false })
    expect(serverPid(dataDirectory)).toBe(orphan)
    expect(await query(postgres.connectionString, 'select id from kept')).toEqual([{ id: 1 }])
    await postgres.close()
    expect(existsSync(pidFile(dataDirectory))).toBe(false)
  })

  it('of the owner and the server, a new server recovers what was committed', async () => {
    const dataDirectory = await directoryWithCluster()
    const owner = startHolder({ dataDirectory })
    const { connectionString } = await owner.next()
    await query(
      connectionString,
      'create table kept (id int); insert into kept select generate_series(1, 1000)',
    )
    process.kill(serverPid(dataDirectory), 'SIGKILL')
    await owner.kill()
    const postgres = await startEmbeddedPostgres({ dataDirectory, logger, durable: false })
    expect(await query(postgres.connectionString, 'select count(*)::int as n from kept')).toEqual([
      { n: 1000 },
    ])
    await postgres.close()
  })

  it('of the server, the owner learns that it is lost', async () => {
    const dataDirectory = await directoryWithCluster()
    const postgres = await startEmbeddedPostgres({ dataDirectory, logger, durable: false })
    process.kill(serverPid(dataDirectory), 'SIGKILL')
    expect(await postgres.lost).toMatchObject({ name: 'EmbeddedPostgresError', code: 'server_lost' })
    await postgres.close()
  })

  it('of one of the server’s processes, the owner goes on owning the recovered server', async () => {
    const dataDirectory = await directoryWithCluster()
    const postgres = await startEmbeddedPostgres({ dataDirectory, logger, durable: false })
    const owners = "select pid from pg_stat_activity where application_name like 'complywise-sender owner %'"
    const [before] = await query(postgres.connectionString, owners)
    process.kill(Number(before?.['pid']), 'SIGKILL')
    const after = await vi.waitFor(
      async () => {
        const [row] = await query(postgres.connectionString, owners)
        expect(row?.['pid']).toBeGreaterThan(0)
        return row
      },
      { timeout: 30_000 },
    )
    expect(after).not.toEqual(before)
    await expect(startEmbeddedPostgres({ dataDirectory, logger, durable: false })).rejects.toMatchObject({
      code: 'data_directory_in_use',
    })
    await postgres.close()
    expect(existsSync(pidFile(dataDirectory))).toBe(false)
  })

  it('of a process that was creating the cluster, the next one creates it whole', async () => {
    const dataDirectory = temporaryDirectory()
    const creator = startHolder({ dataDirectory })
    await vi.waitUntil(
      () =>
        readdirSync(dataDirectory).some((name) =>
          existsSync(join(dataDirectory, name, 'data', 'PG_VERSION')),
        ),
      { timeout: 30_000, interval: 1 },
    )
    await creator.kill()
    expect(readdirSync(dataDirectory)).toEqual([expect.stringMatching(/^creating-/)])
    const postgres = await startEmbeddedPostgres({ dataDirectory, logger, durable: false })
    expect(readdirSync(dataDirectory)).toEqual(['postgres'])
    await postgres.close()
  })
})

describe('a postmaster.pid left behind', () => {
  it.each([
    ['names an unrelated program that is running', () => programOf(undefined)],
    [
      'names an unrelated program of the account that runs the server',
      (file: string) => programOf(ownerOf(file)),
    ],
    ['names a process that has ended', () => 4_194_303],
    ['is empty, written when the disk was full', () => undefined],
  ])('is no obstacle when it %s', async (_, makePid) => {
    const dataDirectory = await directoryWithCluster()
    const first = await startEmbeddedPostgres({ dataDirectory, logger, durable: false })
    const content = readFileSync(pidFile(dataDirectory), 'utf8')
    await query(first.connectionString, 'create table kept (id int)')
    await first.close()
    const pid = makePid(join(dataDirectory, 'postgres'))
    writeFileSync(pidFile(dataDirectory), pid === undefined ? '' : content.replace(/^\d+/, String(pid)))
    utimesSync(pidFile(dataDirectory), 0, 0)
    const second = await startEmbeddedPostgres({ dataDirectory, logger, durable: false })
    expect(await query(second.connectionString, 'select * from kept')).toEqual([])
    await second.close()
  })

  it('is no obstacle when it names the server of another directory', async () => {
    const [one, other] = [await directoryWithCluster(), await directoryWithCluster()]
    const elsewhere = await startEmbeddedPostgres({ dataDirectory: other, logger, durable: false })
    writeFileSync(pidFile(one), readFileSync(pidFile(other), 'utf8').replace(other, one))
    const postgres = await startEmbeddedPostgres({ dataDirectory: one, logger, durable: false })
    expect(serverPid(one)).not.toBe(serverPid(other))
    await postgres.close()
    expect(await query(elsewhere.connectionString, 'select 1 as up')).toEqual([{ up: 1 }])
    await elsewhere.close()
  })
})

describe('leftovers', () => {
  it('of processes that ended are removed, those of living ones are not', async () => {
    const dataDirectory = await directoryWithCluster()
    const mine = `creating-${process.pid}-0`
    for (const name of ['creating-4194303-0', mine, 'runtime-1.0.0']) {
      mkdirSync(join(dataDirectory, name))
      writeFileSync(join(dataDirectory, name, 'PG_VERSION'), '')
    }
    await (await startEmbeddedPostgres({ dataDirectory, logger, durable: false })).close()
    expect(readdirSync(dataDirectory).toSorted()).toEqual([mine, 'postgres'])
  })
})

/** Process number of a program that does nothing until the test is over. */
function programOf(account: { readonly uid: number; readonly gid: number } | undefined): number {
  const program = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
    ...account,
    cwd: '/',
    stdio: 'ignore',
  })
  onTestFinished(() => void program.kill('SIGKILL'))
  return program.pid ?? 0
}

function ownerOf(file: string): { readonly uid: number; readonly gid: number } {
  const { uid, gid } = statSync(file)
  return { uid, gid }
}
