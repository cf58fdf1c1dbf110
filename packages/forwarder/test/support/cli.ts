import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

/** What a command left behind. */
export interface CliResult {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A `serve` in a process of its own. */
export interface ServeProcess {
  readonly child: ChildProcess
  readonly url: string
  readonly operationsUrl: string
  /** All that it has written so far. */
  output(): string
  /** Resolves once it has written this. */
  written(text: string): Promise<void>
  /** Its exit code, or the signal that has ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>
}

type Env = Readonly<Record<string, string>>

const nodeArguments = ['--conditions=@complywise/source', join(import.meta.dirname, 'paper-forwarder.ts')]
/** Longer than any command takes on a busy machine. */
const limitMs = 45_000

/** Runs a command to its end. */
export async function runCli(args: readonly string[], env: Env = {}, stdin = ''): Promise<CliResult> {
  const child = start(process.execPath, [...nodeArguments, ...args], env)
  child.stdin?.end(stdin)
  return finish(child)
}

/** Runs a command with what a shell makes of it: redirections and pipes. */
export async function runCliInShell(command: string, env: Env = {}): Promise<CliResult> {
  const program = [process.execPath, ...nodeArguments].map((part) => `'${part}'`).join(' ')
  const child = start('bash', ['-c', `${program} ${command}`], env)
  child.stdin?.end()
  return finish(child)
}

/** Runs a command on a terminal, where stdout and stderr are one; made by the command `script`. */
export async function runCliOnTerminal(args: readonly string[], env: Env = {}): Promise<CliResult> {
  const command = [process.execPath, ...nodeArguments, ...args].map((part) => `'${part}'`).join(' ')
  const child = start('script', ['-qec', command, '/dev/null'], env)
  child.stdin?.end()
  return finish(child)
}

/** Starts `serve` and waits until it receives events. */
export async function startServe(env: Env, ...args: readonly string[]): Promise<ServeProcess> {
  const child = start(process.execPath, [...nodeArguments, 'serve', ...args], env)
  child.stdin?.end()
  let output = ''
  const read = (chunk: string): void => {
    output += chunk
    child.emit('written')
  }
  child.stdout?.setEncoding('utf8').on('data', read)
  child.stderr?.setEncoding('utf8').on('data', read)
  const ended = once(child, 'close').then(() => child.exitCode ?? child.signalCode)
  void ended.then(() => child.emit('written'))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  async function written(wanted: string): Promise<void> {
    while (!output.includes(wanted)) {
      if (child.exitCode !== null) throw new Error(`It has ended without "${wanted}":\n${output}`)
      await once(child, 'written')
    }
  }
  await written('"msg":"ready"')
  const line = output.split('\n').find((each) => each.includes('"msg":"ready"'))
  const { url, operationsUrl }: { url: string; operationsUrl: string } = JSON.parse(line ?? '{}')
  return { child, url, operationsUrl, output: () => output, written, ended }
}

function start(command: string, args: readonly string[], env: Env): ChildProcess {
  const { PATH = '', HOME = '', NODE_COMPILE_CACHE = '' } = process.env
  const child = spawn(command, args, {
    cwd: '/',
    env: { PATH, HOME, NODE_COMPILE_CACHE, ...env },
    stdio: 'pipe',
  })
  // What exits without reading its stdin breaks the pipe.
  child.stdin.on('error', () => undefined)
  return child
}

async function finish(child: ChildProcess): Promise<CliResult> {
  const limit = setTimeout(() => child.kill('SIGKILL'), limitMs)
  const [stdout, stderr] = await Promise.all([
    child.stdout === null ? '' : text(child.stdout),
    child.stderr === null ? '' : text(child.stderr),
    once(child, 'close'),
  ])
  clearTimeout(limit)
  return { exitCode: child.exitCode, stdout, stderr }
}
