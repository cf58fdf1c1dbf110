import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** An attempt, as the sender's log tells of it. */
export interface LoggedAttempt {
  readonly deliveryId: string
  readonly number: number
  readonly outcome: string
  readonly durationMs: number
}

/** A sender in a process of its own, as an operator would run it. */
export interface SenderProcess {
  readonly url: string
  /** Resolves when the process ended by itself. */
  readonly ended: Promise<unknown>
  /** Runs `sender keys create` beside it. */
  createKey(role: 'admin' | 'member' | 'publisher'): Promise<string>
  onAttempt(listener: (attempt: LoggedAttempt) => Promise<void>): void
  /** Lets it finish what is in flight and stop its database. */
  stop(): Promise<void>
}

const main = fileURLToPath(import.meta.resolve('@complywise/sender/main'))
const nodeOptions = ['--conditions=@complywise/source', main]

/** Starts `sender serve` with its data in `directory` and resolves when it is ready. */
export async function startSender(directory: string, port: string): Promise<SenderProcess> {
  const env = {
    ...process.env,
    DATABASE_URL: '',
    SENDER_DATA_DIR: directory,
    SENDER_PORT: port,
    SENDER_OPERATIONS_PORT: '0',
    SENDER_LOG_LEVEL: 'debug',
    // Receivers on this machine, and retries that one can watch.
    SENDER_ALLOWED_NETWORKS: '127.0.0.0/8',
    SENDER_CONNECT_TO_ENDPOINTS: 'false',
    SENDER_RETRY_BASE_MS: '1000',
    SENDER_RETRY_FACTOR: '2',
  }
  // In a group of its own, so that Ctrl-C reaches it only through stop().
  const child = spawn(process.execPath, [...nodeOptions, 'serve'], {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const listeners: ((attempt: LoggedAttempt) => Promise<void>)[] = []
  const url = await new Promise<string>((resolve, reject) => {
    let lastWords = ''
    createInterface(child.stdout).on('line', (line) => {
      const entry = parseEntry(line)
      if (entry.level === 'fatal') lastWords = entry.err?.message ?? line
      if (entry.msg === 'ready') resolve(entry.url)
      if (entry.msg === 'attempted') {
        const { deliveryId, attempt: number, outcome, durationMs } = entry
        for (const listener of listeners) void listener({ deliveryId, number, outcome, durationMs })
      }
    })
    void ended.then(() => reject(new Error(`The sender stopped before it was ready. ${lastWords}`)))
  })

  return {
    url,
    ended,
    async createKey(role) {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [...nodeOptions, 'keys', 'create', '--role', role],
        { env },
      )
      return stdout.trim()
    },
    onAttempt: (listener) => void listeners.push(listener),
    stop: () => stop(child, ended),
  }
}

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
  await ended
}

interface LogLine {
  readonly level?: string
  readonly err?: { readonly message: string }
}

type LogEntry = LogLine &
  (
    | { readonly msg: 'ready'; readonly url: string }
    | {
        readonly msg: 'attempted'
        readonly deliveryId: string
        readonly attempt: number
        readonly outcome: string
        readonly durationMs: number
      }
    | { readonly msg: undefined }
  )

function parseEntry(line: string): LogEntry {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The sender's own log; other lines match no case.
    return JSON.parse(line) as LogEntry
  } catch {
    return { msg: undefined }
  }
}
