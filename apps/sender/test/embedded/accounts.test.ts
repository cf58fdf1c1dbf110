import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { chooseAccount, findAccount } from '../../src/store/embedded/account.ts'
import { findPackagedBinaries, prepareBinaries } from '../../src/store/embedded/binaries.ts'
import { openCluster } from '../../src/store/embedded/cluster.ts'
import { defaultDataDirectory } from '../../src/store/embedded/data-directory.ts'
import { startEmbeddedPostgres } from '../../src/store/embedded/index.ts'
import { firstUnreachable } from '../../src/store/embedded/reachable.ts'
import {
  directoryWithCluster,
  isRoot,
  logger,
  pidFile,
  query,
  serverPid,
  temporaryDirectory,
} from './sandbox.ts'
import { startHolder } from './start-holder.ts'

describe('defaultDataDirectory', () => {
  it.each([
    ['linux', true, {}, '/var/lib/complywise-sender'],
    ['linux', false, {}, '/home/ada/.local/share/complywise-sender'],
    ['linux', false, { XDG_DATA_HOME: '/data' }, '/data/complywise-sender'],
    ['linux', false, { XDG_DATA_HOME: 'data' }, '/home/ada/.local/share/complywise-sender'],
    ['darwin', false, {}, '/home/ada/.local/share/complywise-sender'],
    ['win32', false, { LOCALAPPDATA: '/home/ada/local' }, '/home/ada/local/complywise-sender'],
  ] as const)('on %s, with root %s and %j, is %s', (platform, root, env, expected) => {
    expect(defaultDataDirectory({ platform, env, homeDirectory: '/home/ada', isRoot: root })).toBe(expected)
  })
})

describe('findAccount', () => {
  const passwd = 'root:x:0:0::/root:/bin/sh\nnobody:x:65534:65533::/:/bin/false\npostgres2:x:5:6::/:\n'

  it.each([
    [['postgres', 'nobody'], { uid: 65_534, gid: 65_533 }],
    [['postgres2', 'nobody'], { uid: 5, gid: 6 }],
    [['postgres'], undefined],
  ])('finds the first of %j that exists', (names, account) => {
    expect(findAccount(passwd, names)).toEqual(account)
  })
})

describe('firstUnreachable', () => {
  it.each([
    ['everyone', 0o701, { uid: 4242, gid: 4242 }, undefined],
    ['nobody else', 0o700, { uid: 4242, gid: 4242 }, 'closed'],
    ['the group', 0o710, { uid: 4242, gid: process.getgid?.() ?? 0 }, undefined],
    ['everyone but the group', 0o701, { uid: 4242, gid: process.getgid?.() ?? 0 }, 'closed'],
    ['everyone but the owner', 0o611, { uid: process.getuid?.() ?? 0, gid: 4242 }, 'closed'],
  ])('of a folder open to %s (%o)', async (_, mode, account, expected) => {
    const parent = temporaryDirectory()
    chmodSync(parent, 0o755)
    const directory = join(parent, 'closed', 'inner')
    mkdirSync(directory, { recursive: true })
    chmodSync(join(parent, 'closed'), mode)
    expect(await firstUnreachable(directory, account)).toBe(expected && join(parent, expected))
    chmodSync(join(parent, 'closed'), 0o755)
  })
})

describe.runIf(isRoot)('as root', () => {
  it('runs the server as another account, which gets no more of the data directory than the way through', async () => {
    const dataDirectory = temporaryDirectory()
    const postgres = await startEmbeddedPostgres({ dataDirectory, logger, durable: false })
    const owner = statSync(join(dataDirectory, 'postgres'))
    const uid = execFileSync('ps', ['-o', 'uid=', '-p', String(serverPid(dataDirectory))], {
      encoding: 'utf8',
    })
    expect(Number(uid)).toBe(owner.uid)
    expect(owner.uid).not.toBe(0)
    expect(owner.mode & 0o777).toBe(0o700)
    expect(statSync(dataDirectory)).toMatchObject({ uid: 0, gid: owner.gid, mode: 0o040710 })
    await postgres.close()
  })

  it('goes on with the account that owns the files, whichever it would choose today', async () => {
    const dataDirectory = temporaryDirectory()
    const directory = join(dataDirectory, 'postgres')
    mkdirSync(directory)
    chownSync(directory, 4242, 4343)
    expect(await chooseAccount(directory)).toEqual({ uid: 4242, gid: 4343 })
  })

  it('gives files that root restored from a backup back to the server’s account', async () => {
    const [dataDirectory, restored] = [await directoryWithCluster(), temporaryDirectory()]
    const first = await startEmbeddedPostgres({ dataDirectory, logger, durable: false })
    await query(first.connectionString, 'create table kept (id int)')
    await first.close()
    cpSync(dataDirectory, restored, { recursive: true })
    expect(statSync(join(restored, 'postgres', 'data', 'PG_VERSION')).uid).toBe(0)
    const second = await startEmbeddedPostgres({ dataDirectory: restored, logger, durable: false })
    expect(await query(second.connectionString, 'select * from kept')).toEqual([])
    await second.close()
  })

  it('an ordinary user may be the sender, and then runs the server, too', async () => {
    const dataDirectory = temporaryDirectory()
    const account = findAccount(readFileSync('/etc/passwd', 'utf8'), ['nobody']) ?? {
      uid: 65_534,
      gid: 65_534,
    }
    chownSync(dataDirectory, account.uid, account.gid)
    const holder = startHolder({ dataDirectory, account })
    const said = await holder.next()
    expect(said).toMatchObject({ kind: 'open' })
    expect(await query(said.connectionString, 'select 1 as up')).toEqual([{ up: 1 }])
    expect(statSync(pidFile(dataDirectory)).uid).toBe(account.uid)
    await holder.close()
    expect(existsSync(pidFile(dataDirectory))).toBe(false)
  })

  it('an ordinary user is refused a database of another user', async () => {
    const dataDirectory = await directoryWithCluster()
    chmodSync(dataDirectory, 0o777)
    const holder = startHolder({ dataDirectory, account: { uid: 4242, gid: 4242 } })
    expect(await holder.next()).toMatchObject({
      kind: 'refused',
      code: 'data_directory_unusable',
      message: expect.stringContaining('it may belong to another user'),
    })
  })

  it('an ordinary user is refused a directory that it may not write', async () => {
    const dataDirectory = join(temporaryDirectory(), 'data')
    const holder = startHolder({ dataDirectory, account: { uid: 4242, gid: 4242 } })
    expect(await holder.next()).toMatchObject({
      kind: 'refused',
      code: 'data_directory_unusable',
      message: expect.stringContaining(`${dataDirectory} cannot be created or written (EACCES)`),
    })
  })
})

describe('prepareBinaries', () => {
  it('uses the programs where they were installed when they can be used there', async () => {
    const packaged = await findPackagedBinaries()
    const dataDirectory = temporaryDirectory()
    const binaries = await prepareBinaries(packaged, dataDirectory, undefined)
    expect(binaries.initdb.startsWith(packaged.directory)).toBe(true)
    expect(readdirSync(dataDirectory)).toEqual([])
  })

  it('copies them when the package’s install script did not run, and makes up for what it does', async () => {
    const packaged = await findPackagedBinaries()
    const bare = join(temporaryDirectory(), 'native')
    cpSync(packaged.directory, bare, { recursive: true })
    for (const target of linksOf(packaged)) rmSync(join(dirname(bare), target), { force: true })
    const dataDirectory = temporaryDirectory()
    const binaries = await prepareBinaries({ ...packaged, directory: bare }, dataDirectory, undefined)
    expect(binaries.initdb).toBe(join(dataDirectory, `runtime-${packaged.version}`, 'bin', 'initdb'))
    expect(execFileSync(binaries.initdb, ['--version'], { encoding: 'utf8' })).toContain('18.')
  })

  it('copies them when pnpm restored them from its store, with files in the place of links', async () => {
    const packaged = await findPackagedBinaries()
    const restored = join(temporaryDirectory(), 'native')
    cpSync(packaged.directory, restored, { recursive: true, dereference: true })
    const [missing = ''] = linksOf(packaged)
    rmSync(join(dirname(restored), missing))
    const binaries = await prepareBinaries(
      { ...packaged, directory: restored },
      temporaryDirectory(),
      undefined,
    )
    expect(execFileSync(binaries.initdb, ['--version'], { encoding: 'utf8' })).toContain('18.')
  })

  it.runIf(isRoot)('copies them when the server’s account may not enter the folder they are in', async () => {
    const packaged = await findPackagedBinaries()
    const closed = temporaryDirectory()
    symlinkSync(packaged.directory, join(closed, 'native'))
    const dataDirectory = temporaryDirectory()
    chmodSync(dataDirectory, 0o711)
    const account = await chooseAccount(join(dataDirectory, 'postgres'))
    const prepared = await Promise.all([
      prepareBinaries({ ...packaged, directory: join(closed, 'native') }, dataDirectory, account),
      prepareBinaries({ ...packaged, directory: join(closed, 'native') }, dataDirectory, account),
    ])
    expect(prepared[0]).toEqual(prepared[1])
    expect(readdirSync(dataDirectory)).toEqual([`runtime-${packaged.version}`])
    await openCluster({ dataDirectory, binaries: prepared[0], account, logger, durable: false })
    const { uid, mode } = statSync(prepared[0].initdb)
    expect([uid, mode & 0o777]).toEqual([0, 0o755])
    expect(readdirSync(join(dataDirectory, 'postgres')).toSorted()).toEqual(['data', 'password'])
  })
})

/** The symbolic links that the package's install script makes, relative to the package. */
function linksOf({ directory }: { readonly directory: string }): readonly string[] {
  const links: { readonly target: string }[] = JSON.parse(
    readFileSync(join(directory, 'pg-symlinks.json'), 'utf8'),
  )
  return links.map(({ target }) => target)
}
