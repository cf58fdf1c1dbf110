import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

/** One of the product's services, in a process of its own, as an operator would run it. */
export interface ServiceProcess {
  /** The address that its log names; rejects as `died` does. */
  readonly ready: Promise<string>
  /** Rejects when it ends without having been asked to, and says why. Never resolves. */
  readonly died: Promise<never>
  /** Lets it finish what is in flight, and resolves when it has ended; may be called at any time, and twice. */
  stop(): Promise<void>
}

/** What to run. */
export interface ServiceOptions {
  /** For people. */
  readonly name: string
  /** The path of its `main.ts`. */
  readonly main: string
  /** All of its environment. */
  readonly env: NodeJS.ProcessEnv
  /** Called with each line of its log. */
  readonly onEntry?: (entry: LogEntry) => void
}

/** A line of a service's log. */
export type LogEntry = Readonly<Record<string, unknown>>

/** What `node` is called with for a `main.ts` of the workspace. */
export const nodeOptions: readonly string[] = ['--conditions=@complywise/source']

/** How long the last words of a process may take to arrive after its end. */
const LAST_WORDS_MS = 300
const LAST_WORDS_LINES = 8

/** Runs `serve`. */
export function startService({ name, main, env, onEntry }: ServiceOptions): ServiceProcess {
  // In a group of its own, so that Ctrl-C reaches it only through stop().
  const child = spawn(process.execPath, [...nodeOptions, main, 'serve'], {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const askToStop = (): void => void child.kill('SIGTERM')
  // Whatever ends this process, the other one is told.
  process.once('exit', askToStop)
  const ended = once(child, 'exit').finally(() => process.off('exit', askToStop))
  const closed = once(child, 'close')
  let isStopping = false
  let lastWords: readonly string[] = []
  const ready = Promise.withResolvers<string>()

  createInterface(child.stderr).on('line', (line) => {
    lastWords = [...lastWords, line].slice(-LAST_WORDS_LINES)
  })
  createInterface(child.stdout).on('line', (line) => {
    const entry = parseEntry(line)
    if (entry['level'] === 'fatal') lastWords = [messageOf(entry)]
    if (entry['msg'] === 'ready') ready.resolve(String(entry['url']))
    onEntry?.(entry)
  })

  const died = ended.then(
    async () => {
      await Promise.race([closed, sleep(LAST_WORDS_MS)])
      // It was wanted, so nobody waits for this any more.
      if (isStopping) return new Promise<never>(() => {})
      throw new Error([`${name} has stopped by itself: ${endOf(child)}.`, ...lastWords].join('\n  '))
    },
    (error: unknown) => {
      throw new Error(`${name} could not be started.`, { cause: error })
    },
  )
  died.catch((error: unknown) => ready.reject(error))
  ready.promise.catch(() => {})

  return {
    ready: ready.promise,
    died,
    async stop() {
      isStopping = true
      if (child.exitCode === null && child.signalCode === null) askToStop()
      await ended.catch(() => {})
    },
  }
}

/**
 * The environment of this process without variables that would configure a service otherwise than the demo does, proxies
 * among them: everything it speaks to is on this machine.
 */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const own = /^(SENDER|FORWARDER|SLACK|PAGERDUTY|JIRA|COMPLYWISE)_|^DATABASE_URL$|^(HTTPS?|ALL|NO)_PROXY$/i
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)))
}

function endOf({ exitCode, signalCode }: ChildProcess): string {
  return signalCode === null ? `exit code ${exitCode}` : `killed by ${signalCode}`
}

function messageOf({ err, msg }: LogEntry): string {
  const message = typeof err === 'object' && err !== null && 'message' in err ? err.message : undefined
  return typeof message === 'string' ? message : String(msg)
}

function parseEntry(line: string): LogEntry {
  try {
    const entry: unknown = JSON.parse(line)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Every object is one.
    return typeof entry === 'object' && entry !== null ? (entry as LogEntry) : {}
  } catch {
    return {}
  }
}
