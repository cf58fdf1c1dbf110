import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, vi } from 'vitest'

/** A demo that runs. */
export interface RunningDemo {
  readonly child: ChildProcess
  /** What it printed so far. */
  readonly output: () => string
  /** What it wrote as errors so far. */
  readonly errors: () => string
  /** Resolves when its output contains `text`. */
  printed(text: string): Promise<void>
  /** All processes that it has started, of theirs too, and that run now. */
  descendants(): readonly Process[]
  /** Resolves when it has ended, with its exit code. */
  readonly ended: Promise<number | null>
  /** Everything that is left of it: processes seen by `descendants`, and files. */
  leftovers(): readonly string[]
}

/** A line of what runs on this machine. */
export interface Process {
  readonly pid: number
  readonly command: string
}

/** A machine that does much else is slow to start six processes. */
const patience = { timeout: 240_000, interval: 50 }

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** Starts `demo --once` with temporary files in a directory of its own. */
export function runDemo(): RunningDemo {
  const directory = mkdtempSync(join(tmpdir(), 'd-'))
  // PostgreSQL does not run as root, and whoever it runs as has to get through.
  chmodSync(directory, 0o755)
  const child = spawn(process.execPath, ['--conditions=@complywise/source', main, '--once'], {
    env: { ...process.env, TMPDIR: directory },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const texts = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => (texts.stdout += String(chunk)))
  child.stderr.on('data', (chunk) => (texts.stderr += String(chunk)))
  const ended = once(child, 'close').then(() => child.exitCode)
  const seen = new Map<number, string>()
  const watch = setInterval(() => look(), 2000)

  function look(): readonly Process[] {
    const found = processes(child.pid ?? 0, directory)
    for (const { pid, command } of found) seen.set(pid, command)
    return found
  }

  onTestFinished(async () => {
    clearInterval(watch)
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    await ended
    rmSync(directory, { recursive: true, force: true })
  })

  return {
    child,
    output: () => texts.stdout,
    errors: () => texts.stderr,
    async printed(text) {
      const isPrinted = () => texts.stdout.includes(text)
      await Promise.race([vi.waitUntil(isPrinted, patience), ended])
      expect(texts.stdout + texts.stderr).toContain(text)
    },
    descendants: look,
    ended,
    leftovers: () => [
      ...[...seen].filter(([pid, command]) => commandOf(pid) === command).map(([, command]) => command),
      ...readdirSync(directory),
    ],
  }
}

/** The processes below `root`, and those that work in `directory`. */
function processes(root: number, directory: string): readonly Process[] {
  const all = list().map((line) => {
    const [pid = '', parent = '', ...command] = line.trim().split(/\s+/)
    return { pid: Number(pid), parent: Number(parent), command: command.join(' ') }
  })
  const below = new Set([root])
  for (const { pid, parent, command } of all) {
    if (below.has(parent) || (command.includes(directory) && pid !== process.pid)) below.add(pid)
  }
  return all.filter(({ pid, command }) => pid !== root && below.has(pid) && !command.startsWith('ps '))
}

function commandOf(pid: number): string | undefined {
  return list()
    .find((line) => Number.parseInt(line, 10) === pid)
    ?.trim()
    .split(/\s+/)
    .slice(2)
    .join(' ')
}

function list(): readonly string[] {
  return execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args=', '-ww'], { encoding: 'utf8' }).split('\n')
}
