import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Account } from './account.ts'

const search = 0o1
const read = 0o4

/**
 * The first folder on the way to `directory`, itself included, that `account` may not enter; `undefined` when it can
 * get there. Goes by permission bits; access control lists are not looked at.
 *
 * @param directory absolute and free of symbolic links.
 */
export async function firstUnreachable(directory: string, account: Account): Promise<string | undefined> {
  for (const folder of [...ancestors(directory), directory]) {
    if (!(await isGranted(folder, account, search))) return folder
  }
  return undefined
}

/** Whether `account` can open the file for reading. */
export async function isReadable(file: string, account: Account): Promise<boolean> {
  return (await firstUnreachable(dirname(file), account)) === undefined && isGranted(file, account, read)
}

/** All folders above `path`, the root first. */
function ancestors(path: string): readonly string[] {
  const parent = dirname(path)
  return parent === path ? [] : [...ancestors(parent), parent]
}

async function isGranted(path: string, account: Account, right: number): Promise<boolean> {
  const { uid, gid, mode } = await stat(path)
  // Only the first class that applies counts: an owner without the right is not saved by "others".
  if (uid === account.uid) return (mode & (right << 6)) !== 0
  if (gid === account.gid) return (mode & (right << 3)) !== 0
  return (mode & right) !== 0
}
