import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** A sender in a process of its own, as an operator would run it. */
export interface SenderProcess {
  readonly url: string
  /** Lets it finish what is in flight. */
  stop(): Promise<void>
}

/** How a stage's sender is started. */
export interface SenderProcessOptions {
  readonly databaseUrl: string
  /** Default: any free one. */
  readonly port?: number | undefined
  /** Settings of its own. */
  readonly env?: Readonly<Record<string, string>>
}

const main = fileURLToPath(import.meta.resolve('@complywise/sender/main'))

/**
 * Starts `sender serve`. Endpoints may be on this machine.
 *
 * @throws when it ends before it is ready, with the last that it said.
 */
export async function startSenderProcess({
  databaseUrl,
  port = 0,
  env = {},
}: SenderProcessOptions): Promise<SenderProcess> {
  const child = spawn(process.execPath, ['--conditions=@complywise/source', main, 'serve'], {
    env: { ...environment(databaseUrl, port), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Ctrl-C is for whoever started it, who then stops it.
    detached: true,
  })
  const killIt = (): void => void child.kill('SIGKILL')
  process.once('exit', killIt)
  const ended = once(child, 'exit').finally(() => process.off('exit', killIt))
  const lastLines: string[] = []
  const ready = Promise.withResolvers<string>()
  function read(line: string): void {
    lastLines.splice(0, Math.max(0, lastLines.length - 9))
    lastLines.push(line)
    const url = /"url":"([^"]+)".*"msg":"ready"/.exec(line)?.[1]
    if (url !== undefined) ready.resolve(url)
  }
  createInterface(child.stdout).on('line', read)
  createInterface(child.stderr).on('line', read)
  void ended.then(() => ready.reject(new Error(`The sender has ended:\n${lastLines.join('\n')}`)))
  return {
    url: await ready.promise,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

function environment(databaseUrl: string, port: number): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^SENDER_|^(HTTPS?|ALL|NO)_PROXY$/i.test(name),
  )
  return {
    ...Object.fromEntries(inherited),
    DATABASE_URL: databaseUrl,
    SENDER_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    SENDER_PORT: String(port),
    SENDER_OPERATIONS_PORT: '0',
    SENDER_ALLOWED_NETWORKS: '127.0.0.0/8,::1/128',
    // Many tests ask at once, and some with keys that are wrong on purpose.
    SENDER_RATE_LIMIT_PER_MINUTE: '0',
    SENDER_AUTH_FAILURES_PER_MINUTE: '0',
    SENDER_SHUTDOWN_GRACE_MS: '100',
  }
}
