import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { z } from 'zod'
import type { Role } from '../../src/store/api-keys.ts'

/** One `sender serve`, from its start to its end. */
export interface SenderProcess {
  readonly pid: number
  /** Where its API answers. */
  readonly url: string
  /** When it was started and when it was ready, in milliseconds since the epoch. */
  readonly startedAt: number
  readonly readyAt: number
  /** What it wrote to its log so far, by message: how many lines. */
  readonly logged: ReadonlyMap<string, number>
  /** Resolves when it has ended, whatever ended it. */
  readonly ended: Promise<SenderEnd>
  /** Ends it with `kill -9`. */
  kill(): Promise<SenderEnd>
  /** Asks it to stop and waits until it has. */
  stop(): Promise<SenderEnd>
}

/** How a process ended. */
export interface SenderEnd {
  /** Its exit code; `null` when a signal ended it. */
  readonly code: number | null
  /** In milliseconds since the epoch. */
  readonly at: number
}

/** How to start a sender. */
export interface SenderOptions {
  /** Its settings; nothing else that starts with `SENDER_` reaches it. */
  readonly env: Readonly<Record<string, string>>
  /** The file that its log is appended to. */
  readonly logPath: string
}

const command = [
  '--conditions=@complywise/source',
  fileURLToPath(new URL('../../src/main.ts', import.meta.url)),
] as const

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/**
 * Starts `sender serve` on a free port and waits until it is ready.
 *
 * @throws {Error} when it ends before, with the last error in its log.
 */
export async function startSender({ env, logPath }: SenderOptions): Promise<SenderProcess> {
  const startedAt = Date.now()
  const log = openSync(logPath, 'a')
  // In a group of its own, so that Ctrl-C reaches this process only, which then stops the sender.
  const child = spawn(process.execPath, [...command, 'serve'], {
    env: senderEnvironment({ SENDER_PORT: '0', SENDER_OPERATIONS_PORT: '0', ...env }),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  running.add(child)
  const lines = createInterface({ input: child.stdout })
  child.stderr.on('data', (text: Buffer) => writeSync(log, text))
  const exited = once(child, 'exit').then(() => ({ code: child.exitCode, at: Date.now() }))
  // Closed later: what it wrote last is still to be read.
  const ended = once(child, 'close').then(() => {
    running.delete(child)
    closeSync(log)
    return exited
  })
  const logged = new Map<string, number>()
  const url = await new Promise<string>((resolve, reject) => {
    let lastWords = 'see its log'
    lines.on('line', (line) => {
      writeSync(log, `${line}\n`)
      const entry = parseEntry(line)
      if (entry.err !== undefined) lastWords = entry.err.message
      logged.set(entry.msg, (logged.get(entry.msg) ?? 0) + 1)
      if (entry.msg === 'ready' && entry.url !== undefined) resolve(entry.url)
    })
    void ended.then(() => reject(new Error(`A sender ended before it was ready: ${lastWords}`)))
  })
  return {
    pid: child.pid ?? 0,
    url,
    startedAt,
    readyAt: Date.now(),
    logged,
    ended,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  }

  function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<SenderEnd> {
    child.kill(signal)
    return ended
  }
}

/** Runs `sender keys create` beside the senders. */
export async function createKey(
  env: Readonly<Record<string, string>>,
  role: Role,
  account: string,
): Promise<{ readonly accountId: string; readonly key: string }> {
  const args = [...command, 'keys', 'create', '--role', role, '--account', account, '--json']
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: senderEnvironment(env) })
  const { account_id: accountId, key } = createdKey.parse(JSON.parse(stdout))
  return { accountId, key }
}

// A sender that is killed may leave half a line.
function parseEntry(line: string): z.output<typeof logEntry> {
  try {
    return logEntry.parse(JSON.parse(line))
  } catch {
    return { msg: '' }
  }
}

const logEntry = z.object({
  msg: z.string(),
  url: z.string().optional(),
  err: z.object({ message: z.string() }).optional(),
})
const createdKey = z.object({ account_id: z.string(), key: z.string() })

function senderEnvironment(env: Readonly<Record<string, string>>): Record<string, string | undefined> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('SENDER_'))
  return { ...Object.fromEntries(inherited), ...env }
}
