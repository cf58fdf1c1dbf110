import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { cleanEnvironment, nodeOptions, type ServiceProcess, startService } from './service-process.ts'

/** An attempt, as the sender's log tells of it. */
export interface LoggedAttempt {
  readonly deliveryId: string
  readonly number: number
}

/** A sender on its embedded database. */
export interface SenderProcess extends ServiceProcess {
  /** Runs `sender keys create` beside it. */
  createKey(role: 'admin' | 'member' | 'publisher'): Promise<string>
}

const main = fileURLToPath(import.meta.resolve('@complywise/sender/main'))

/** Starts `sender serve` with its data in `directory`. */
export function startSender(
  directory: string,
  { port, onAttempt }: { readonly port: string; readonly onAttempt: (attempt: LoggedAttempt) => void },
): SenderProcess {
  const env = {
    ...cleanEnvironment(),
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
  const stopping = new AbortController()
  const service = startService({
    name: 'The sender',
    main,
    env,
    onEntry({ msg, deliveryId, attempt }) {
      if (msg === 'attempted') onAttempt({ deliveryId: String(deliveryId), number: Number(attempt) })
    },
  })
  return {
    ...service,
    async createKey(role) {
      const command = [...nodeOptions, main, 'keys', 'create', '--role', role]
      const { stdout } = await promisify(execFile)(process.execPath, command, {
        env,
        signal: stopping.signal,
      })
      return stdout.trim()
    },
    async stop() {
      stopping.abort()
      await service.stop()
    },
  }
}
