import { execFile } from 'node:child_process'
import { link, readFile, readlink, rename, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { systemErrorCode } from './errors.ts'

/** What `postmaster.pid` says about the server that made it. */
export interface PostmasterFile {
  /** The server's process. `undefined` while the file is being written, or after a crash in the middle of that. */
  readonly pid: number | undefined
  readonly port: number | undefined
  readonly isStopping: boolean
  readonly writtenAt: Date
  readonly text: string
}

/** The file by which a running server marks its data directory; `undefined` when there is none. */
export async function readPostmasterFile(data: string): Promise<PostmasterFile | undefined> {
  const path = join(data, 'postmaster.pid')
  try {
    const [text, { mtime }] = await Promise.all([readFile(path, 'utf8'), stat(path)])
    const lines = text.split('\n')
    return {
      pid: positive(lines[0]),
      port: positive(lines[3]),
      isStopping: lines[7]?.trim() === 'stopping',
      writtenAt: mtime,
      text,
    }
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Whether a process with this number exists, whoever it belongs to. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return systemErrorCode(error) === 'EPERM'
  }
}

/**
 * Whether a process can be the server of this data directory. `false` is certain: it ended, or it is another one that
 * got the same number later, as happens whenever a container starts again.
 */
export async function canBePostmaster(pid: number, data: string): Promise<boolean> {
  if (!isAlive(pid)) return false
  if (process.platform !== 'linux') return (await commandOf(pid)).startsWith('postgres')
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // A zombie answers to signals, too: it remains where nobody collects ended processes, as in many containers.
  const [, command, state] = /^\d+ \((.*)\) (\S)/.exec(status) ?? []
  if (command !== 'postgres' || state === 'Z' || state === 'X') return false
  // A server works in its data directory. Root in a container may not be allowed to look.
  const workingDirectory = await readlink(`/proc/${pid}/cwd`).catch(() => data)
  return workingDirectory === data
}

/**
 * Removes the file of a server that is gone. Another process may do the same, and start a server, at the same time:
 * what is removed is looked at again, and put back when it is not the file that was judged.
 */
export async function removeStaleFile(data: string, stale: PostmasterFile): Promise<void> {
  const path = join(data, 'postmaster.pid')
  const aside = `${path}.stale-${process.pid}`
  try {
    await rename(path, aside)
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return
    throw error
  }
  if ((await readFile(aside, 'utf8')) !== stale.text) await link(aside, path).catch(() => {})
  await rm(aside, { force: true })
}

async function commandOf(pid: number): Promise<string> {
  const [file, args] =
    process.platform === 'win32'
      ? ['tasklist', ['/NH', '/FO', 'CSV', '/FI', `PID eq ${pid}`]]
      : ['ps', ['-o', 'comm=', '-p', String(pid)]]
  const { stdout } = await promisify(execFile)(file, args).catch(() => ({ stdout: '' }))
  return basename(stdout.trim().replace(/^"/, ''))
}

function positive(text: string | undefined): number | undefined {
  const number = Number(text)
  return Number.isInteger(number) && number > 0 ? number : undefined
}
