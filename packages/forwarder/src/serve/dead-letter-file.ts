import { constants, existsSync } from 'node:fs'
import { access, type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { WebhookEvent } from '@complywise/webhooks'
import type { DeadLetter, DeadLetters } from '../engine/dead-letters.ts'

/** An event that was not forwarded at all, because its data are not what its type promises. */
export interface InvalidEvent {
  /** RFC 3339. */
  readonly at: string
  readonly event: WebhookEvent
  readonly code: 'data_invalid'
  /** Names fields by their path, and quotes no value. */
  readonly message: string
}

/** A file of dead letters, one JSON object a line. */
export interface DeadLetterFile extends DeadLetters {
  /** @throws {Error} when the letter is not on the disk in whole; nothing of it is left behind then, as far as possible. */
  append(letter: DeadLetter | InvalidEvent): Promise<void>
  /** @throws {Error} that names the file when letters could not be written. Makes no file, and writes nothing. */
  probe(): Promise<void>
}

/**
 * The file at `path`, readable by its owner only, also when it was there already. A symbolic link is refused, as is anything
 * that is no file. Several processes may share it.
 */
export function createDeadLetterFile(path: string): DeadLetterFile {
  let last: Promise<unknown> = Promise.resolve()
  return {
    append(letter) {
      // One after the other, so that what is taken back is only ever the end of the file.
      const done = last.then(() => withFile(path, (file) => appendLine(file, path, JSON.stringify(letter))))
      last = done.catch(() => undefined)
      return done
    },
    probe: () => probe(path),
  }
}

async function withFile(path: string, work: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await openForOwner(path)
  try {
    await work(file)
  } finally {
    await file.close()
  }
}

async function probe(path: string): Promise<void> {
  if (existsSync(path)) return withFile(path, () => Promise.resolve())
  await access(dirname(path), constants.W_OK | constants.X_OK).catch((cause: NodeJS.ErrnoException) => {
    throw unusable(path, String(cause.code), cause)
  })
}

async function openForOwner(path: string): Promise<FileHandle> {
  const { O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants
  // Without O_NONBLOCK a pipe would keep a thread until somebody reads it.
  const flags = O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK
  const file = await open(path, flags, 0o600).catch((cause: NodeJS.ErrnoException) => {
    throw unusable(path, cause.code === 'ELOOP' ? 'it is a symbolic link' : String(cause.code), cause)
  })
  try {
    const status = await file.stat()
    if (!status.isFile()) throw unusable(path, 'it is no file')
    if ((status.mode & 0o077) !== 0) {
      await file.chmod(0o600).catch((cause: unknown) => {
        throw unusable(path, 'others may read it, and this process may not change that', cause)
      })
    }
    return file
  } catch (error) {
    await file.close()
    throw error
  }
}

async function appendLine(file: FileHandle, path: string, line: string): Promise<void> {
  const { size } = await file.stat()
  const isAtStart = size === 0 || (await lastByte(file, size)) === newline
  // What was torn off before, by a full disk or a crash, is not to take this line with it.
  const bytes = Buffer.from(`${isAtStart ? '' : '\n'}${line}\n`)
  // One write: lines of several processes do not mix.
  const { bytesWritten } = await file.write(bytes)
  if (bytesWritten < bytes.length) {
    await takeBack(file, size, bytesWritten)
    const counts = `${bytesWritten} of ${bytes.length} bytes were written`
    throw unusable(path, `${counts}; the disk or a quota may be full`)
  }
  await file.datasync()
}

const newline = 0x0a

async function lastByte(file: FileHandle, size: number): Promise<number | undefined> {
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1)
  return buffer[0]
}

/** Unless another process has written since. */
async function takeBack(file: FileHandle, size: number, bytesWritten: number): Promise<void> {
  const after = await file.stat()
  if (after.size === size + bytesWritten) await file.truncate(size)
}

function unusable(path: string, reason: string, cause?: unknown): Error {
  const remedy =
    'It has to be a file of its own that this process may write; FORWARDER_DEAD_LETTERS names another.'
  const message = `The dead-letter file ${path} cannot be written (${reason}). ${remedy}`
  return cause === undefined ? new Error(message) : new Error(message, { cause })
}
