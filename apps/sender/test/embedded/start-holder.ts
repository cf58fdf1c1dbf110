import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** What a holder says: that it has opened the database, was refused, has lost or has closed it. */
export interface Said {
  readonly kind: 'open' | 'refused' | 'lost' | 'closed'
  readonly connectionString?: string
  readonly code?: string
  readonly message?: string
}

/** A process that holds the embedded database; see `holder.ts`. */
export interface Holder {
  readonly pid: number
  /** The next thing it says. Rejects when it ends without saying anything. */
  next(): Promise<Said>
  /** Has it close the database, and waits for it to end. */
  close(): Promise<void>
  /** `kill -9`, and waits for it to end. */
  kill(): Promise<void>
}

export interface HolderOptions {
  readonly dataDirectory: string
  /** Default `owner`. */
  readonly role?: 'owner' | 'guest'
  /** Whom it runs as. Default: this process's account. */
  readonly account?: { readonly uid: number; readonly gid: number }
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Limit on the size of the files it and its children write. Default: none. */
  readonly maxFileBytes?: number
}

const running = new Set<ChildProcess>()

/** Starts a process that opens the embedded database. */
export function startHolder(options: HolderOptions): Holder {
  const { dataDirectory, role = 'owner', account, env, maxFileBytes } = options
  const limit = maxFileBytes === undefined ? 'unlimited' : String(maxFileBytes / 512)
  const script = join(import.meta.dirname, 'holder.ts')
  const child = spawn(
    'sh',
    [
      '-c',
      'ulimit -f "$0"; exec "$@"',
      limit,
      process.execPath,
      '--conditions=@complywise/source',
      script,
      dataDirectory,
      role,
    ],
    { stdio: ['pipe', 'pipe', 'inherit'], cwd: '/', env: { ...process.env, ...env }, ...account },
  )
  running.add(child)
  const ended = once(child, 'exit').then(() => running.delete(child))
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  return {
    pid: child.pid ?? 0,
    async next() {
      const { value, done } = await lines.next()
      if (done === true) throw new Error('The holder ended without a word.')
      return JSON.parse(value)
    },
    async close() {
      child.stdin.write('close\n')
      await ended
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** Kills every holder that a failed test left running. */
export function killHolders(): void {
  for (const child of running) child.kill('SIGKILL')
}
