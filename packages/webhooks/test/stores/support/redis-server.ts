import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { eventually } from './eventually.ts'
import { freePort } from './free-port.ts'
import { temporaryDirectory } from './temporary-directory.ts'

/** A Redis server of its own, which keeps its records when it is killed. */
export interface RedisServer {
  readonly port: number
  /** Lets it take commands, but not carry them out, until it is killed or goes on. */
  pause(): void
  resume(): void
  /** kill -9 */
  kill(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

/**
 * Starts a Redis server on a free port.
 *
 * @throws {Error} when the command `redis-server` is missing.
 */
export async function startRedisServer(settings: readonly string[] = []): Promise<RedisServer> {
  const port = await freePort()
  const directory = await temporaryDirectory()
  let child: ChildProcess | undefined

  const server: RedisServer = {
    port,
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    kill: () => end('SIGKILL'),
    async start() {
      const options = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--daemonize', 'no']
      const durable = ['--appendonly', 'yes', '--appendfsync', 'always']
      child = spawn('redis-server', [...options, ...durable, ...settings], {
        cwd: directory.path,
        stdio: 'ignore',
      })
      await Promise.race([once(child, 'spawn'), once(child, 'error').then(([error]) => explain(error))])
      await eventually(() => answersPing(port))
    },
    async stop() {
      await end('SIGKILL')
      await directory.remove()
    },
  }
  await server.start()
  return server

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child === undefined) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
    child = undefined
  }
}

function explain(cause: unknown): never {
  throw new Error(
    'These tests need the command redis-server; install it (Debian: apt-get install redis-server).',
    {
      cause,
    },
  )
}

/** While it loads its records a server answers with an error. */
async function answersPing(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    socket.write('PING\r\n')
    const [reply] = await once(socket, 'data')
    return String(reply).startsWith('+PONG')
  } finally {
    socket.destroy()
  }
}
