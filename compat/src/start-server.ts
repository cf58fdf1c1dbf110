import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A program that serves. */
export interface ServerCommand {
  readonly program: string
  readonly args: readonly string[]
  readonly cwd: string
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Finds the origin in a line of its standard output. Default: a line that starts with `http:` is one. */
  readonly findOrigin?: (line: string) => string | undefined
}

/** A program that listens. */
export interface StartedServer {
  /** Its origin, such as `http://127.0.0.1:4000`. */
  readonly url: string
  /** The lines that it has printed; complete once it is closed. */
  readonly printed: readonly string[]
  /** Kills it. */
  close(): Promise<void>
}

const startTimeoutMs = 30_000

/**
 * Starts a program and waits until it says where it listens.
 *
 * @throws {Error} with what it printed, when it does not within half a minute.
 */
export async function startServer({
  program,
  args,
  cwd,
  env = {},
  findOrigin = (line) => (line.startsWith('http:') ? line : undefined),
}: ServerCommand): Promise<StartedServer> {
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const closed = once(child, 'close')
  const timeout = setTimeout(() => child.kill('SIGKILL'), startTimeoutMs)
  const printed: string[] = []
  const started = Promise.withResolvers<string>()
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => {
      printed.push(line)
      const origin = findOrigin(line)
      if (origin !== undefined) started.resolve(origin)
    })
  }
  const url = await Promise.race([started.promise, closed.then(() => undefined)]).finally(() =>
    clearTimeout(timeout),
  )
  if (url === undefined) {
    throw new Error(`${[program, ...args].join(' ')} does not listen:\n${printed.join('\n')}`)
  }
  return {
    url,
    printed,
    async close() {
      child.kill('SIGKILL')
      await closed
    },
  }
}
