import { randomBytes } from 'node:crypto'
import { mkdir, open as openFile, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { systemErrorCode } from './errors.ts'
import { isAlive } from './postmaster.ts'

/** Processes of another container have other numbers, so only age tells that nobody works on a folder any more. */
const abandonedAfterMs = 3_600_000

/**
 * Creates a folder so that it is there whole or not at all: `fill` works on a folder beside it, which is then renamed.
 *
 * @returns whether it was this call that created it; another process may have been faster.
 */
export async function createWhole(
  directory: string,
  fill: (unfinished: string) => Promise<void>,
): Promise<boolean> {
  const unfinished = join(dirname(directory), `creating-${process.pid}-${randomBytes(4).toString('hex')}`)
  try {
    await mkdir(unfinished, { mode: 0o700 })
    await fill(unfinished)
    await rename(unfinished, directory)
    await syncDirectory(dirname(directory))
    return true
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true }).catch(() => {})
    // Where the name is taken, POSIX answers with one of the first two, Windows with the last.
    const taken = ['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(systemErrorCode(error) ?? '')
    if (taken && (await stat(directory).catch(() => undefined)) !== undefined) return false
    throw error
  }
}

/**
 * Removes what earlier processes left in the data directory: folders they were killed while creating, and copies of
 * other versions' programs. To be called only when no server of another version can be running.
 */
export async function removeLeftovers(dataDirectory: string, currentRuntime: string): Promise<void> {
  for (const name of await readdir(dataDirectory)) {
    const path = join(dataDirectory, name)
    if (name.startsWith('creating-') ? await isAbandoned(path) : isOldRuntime(name, currentRuntime)) {
      await rm(path, { recursive: true, force: true }).catch(() => {})
    }
  }
}

/** Makes a rename survive a loss of power. Windows neither can nor needs to. */
async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await openFile(directory)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function isOldRuntime(name: string, currentRuntime: string): boolean {
  return name.startsWith('runtime-') && name !== currentRuntime
}

async function isAbandoned(path: string): Promise<boolean> {
  const pid = Number(basename(path).split('-')[1])
  if (!isAlive(pid)) return true
  const entry = await stat(path).catch(() => undefined)
  return entry === undefined || Date.now() - entry.mtimeMs > abandonedAfterMs
}
