import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

/** How the `sender` command is called. */
export interface CliOptions {
  /** Added to an environment that has none of the sender's settings. */
  readonly env?: Readonly<Record<string, string>>
  /** Written to stdin, which is then closed. Default: nothing. */
  readonly stdin?: string
}

/** What a command left behind. */
export interface CliResult {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Longer than any command takes on a busy machine. */
const LIMIT_MS = 45_000

const main = join(import.meta.dirname, '../../src/main.ts')

/** Runs the `sender` command to its end. */
export async function runCli(
  args: readonly string[],
  { env, stdin = '' }: CliOptions = {},
): Promise<CliResult> {
  const child = start(process.execPath, [...nodeArguments, ...args], env)
  child.stdin?.end(stdin)
  return await finish(child)
}

/** Runs the `sender` command on a terminal, where stdout and stderr are one; made by the command `script`. */
export async function runCliOnTerminal(
  args: readonly string[],
  { env }: CliOptions = {},
): Promise<CliResult> {
  const command = [process.execPath, ...nodeArguments, ...args]
  const child =
    process.platform === 'darwin'
      ? start('script', ['-q', '/dev/null', ...command], env)
      : start('script', ['-qec', command.map((part) => `'${part}'`).join(' '), '/dev/null'], env)
  child.stdin?.end()
  return await finish(child)
}

/** Starts the `sender` command and leaves it running; the caller ends it. */
export function startCli(args: readonly string[], { env }: CliOptions = {}): ChildProcess {
  return start(process.execPath, [...nodeArguments, ...args], env)
}

const nodeArguments = ['--conditions=@complywise/source', main]

function start(command: string, args: readonly string[], env: CliOptions['env']): ChildProcess {
  const { PATH = '', HOME = '' } = process.env
  // Several senders run at once here, so none may have the default port.
  const senderEnv = { PATH, HOME, SENDER_OPERATIONS_PORT: '0', ...env }
  const child = spawn(command, args, { cwd: '/', env: senderEnv, stdio: 'pipe' })
  // What exits without reading its stdin breaks the pipe.
  child.stdin.on('error', () => undefined)
  return child
}

async function finish(child: ChildProcess): Promise<CliResult> {
  const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS)
  const [stdout, stderr] = await Promise.all([
    child.stdout === null ? '' : text(child.stdout),
    child.stderr === null ? '' : text(child.stderr),
    once(child, 'close'),
  ])
  clearTimeout(limit)
  return { exitCode: child.exitCode, stdout, stderr }
}
