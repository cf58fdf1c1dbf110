import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { AppName } from '../destinations/destination.ts'
import { waitFor } from '../run/wait-for.ts'

/** How to start a forwarder. */
export interface ForwarderOptions {
  readonly app: AppName
  /** Its variables; nothing else that begins like one of its own reaches it. */
  readonly env: Readonly<Record<string, string>>
  /** The file that its log is appended to. */
  readonly logPath: string
  /** Where it listens, and where it is asked how it is. */
  readonly port: number
  readonly operationsPort: number
  /** `healthz`: it receives events. `readyz`: its destination would take them, too. Default `readyz`. */
  readonly waitsFor?: 'healthz' | 'readyz'
  /** Loaded before it. */
  readonly preload?: 'crash-point' | 'clock'
}

/** One `serve` of an app, from its start to its end. */
export interface ForwarderProcess {
  readonly pid: number
  /** Where events are posted. */
  readonly url: string
  readonly operationsUrl: string
  /** Whether it has ended. */
  hasEnded(): boolean
  /** Resolves when it has ended, whatever ended it. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>
  /** Ends it with `kill -9`. */
  kill(): Promise<void>
  /** Asks it to stop; resolves with its exit code and how long it took. */
  stop(): Promise<{ readonly code: number | null; readonly tookMs: number }>
}

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** The command of an app, for `process.execPath`. */
function commandOf(app: AppName): readonly string[] {
  return [
    '--conditions=@complywise/source',
    fileURLToPath(import.meta.resolve(`@complywise/${app}-forwarder/main`)),
  ]
}

/** This process's environment without settings of apps, and with `env`. */
export function cleanEnvironment(env: Readonly<Record<string, string>>): Record<string, string | undefined> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(FORWARDER|SENDER|SLACK|PAGERDUTY|JIRA|COMPLYWISE|TRIAL|DATABASE)_/.test(name),
  )
  return { ...Object.fromEntries(inherited), ...env }
}

/**
 * Starts an app and waits until it is there.
 *
 * @throws {Error} when it ends before, unless something was to kill it (`crash-point`).
 */
export async function startForwarder(options: ForwarderOptions): Promise<ForwarderProcess> {
  const { app, env, logPath, port, operationsPort, waitsFor = 'readyz', preload } = options
  const log = openSync(logPath, 'a')
  const loaded = preload === undefined ? [] : [`--import=${new URL(`${preload}.ts`, import.meta.url).href}`]
  const child = spawn(process.execPath, [...loaded, ...commandOf(app), 'serve'], {
    env: cleanEnvironment({
      FORWARDER_PORT: String(port),
      FORWARDER_OPERATIONS_PORT: String(operationsPort),
      ...env,
    }),
    stdio: ['ignore', log, log],
    detached: true,
  })
  closeSync(log)
  running.add(child)
  const ended = once(child, 'exit').then(() => {
    running.delete(child)
    return { code: child.exitCode, signal: child.signalCode }
  })
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null
  const origin = `http://127.0.0.1:${port}`
  const operationsUrl = `http://127.0.0.1:${operationsPort}`
  await waitFor(
    `${app}-forwarder answers /${waitsFor} (see ${logPath})`,
    async () => {
      if (hasEnded()) {
        if (preload === 'crash-point' && child.signalCode === 'SIGKILL') return true
        throw new Error(`${app}-forwarder ended with ${child.exitCode} before it was ready; see ${logPath}`)
      }
      return isOk(`${origin}/${waitsFor}`)
    },
    // A check that fails is made again after a minute.
    { limitMs: 150_000 },
  )
  return {
    pid: child.pid ?? 0,
    url: `${origin}/webhooks`,
    operationsUrl,
    hasEnded,
    ended,
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    async stop() {
      const beganAt = performance.now()
      child.kill('SIGTERM')
      const { code } = await ended
      return { code, tookMs: performance.now() - beganAt }
    },
  }
}

async function isOk(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url)
    await answer.arrayBuffer()
    return answer.ok
  } catch {
    return false
  }
}
