import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** The sender as it is run in production, in a process of its own. */
export interface SenderProcess {
  readonly pid: number
  /** Where its API is. */
  readonly url: string
  stop(): Promise<void>
}

const main = fileURLToPath(import.meta.resolve('../../../apps/sender/src/main.ts'))

/**
 * Starts `sender serve` with its default settings, except that endpoints may be on this machine.
 *
 * @param encryptionKey 32 bytes.
 * @throws {Error} when it ends before it is ready; what it logged about that is on stderr.
 */
export async function startSenderProcess(
  databaseUrl: string,
  encryptionKey: Uint8Array,
): Promise<SenderProcess> {
  const child = spawn(process.execPath, [...process.execArgv, main, 'serve'], {
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      SENDER_ENCRYPTION_KEY: Buffer.from(encryptionKey).toString('base64'),
      SENDER_PORT: '0',
      SENDER_OPERATIONS_PORT: '0',
      SENDER_RATE_LIMIT_PER_MINUTE: '0',
      SENDER_ALLOWED_NETWORKS: '127.0.0.0/8',
      SENDER_CONNECT_TO_ENDPOINTS: 'false',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const url = await Promise.race([readUrl(child.stdout), exited.then(() => undefined)])
  if (url === undefined) throw new Error(`The sender ended with ${child.exitCode}.`)
  return {
    pid: child.pid ?? 0,
    url,
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
  }
}

/** Waits for the line that says where the API is; lines of level `warn` and above go to stderr throughout. */
function readUrl(output: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve) => {
    createInterface({ input: output }).on('line', (line) => {
      if (/"level":"(?:warn|error|fatal)"/.test(line)) console.error(line)
      const url = /"url":"([^"]+)"/.exec(line)?.[1]
      if (url !== undefined) resolve(url)
    })
  })
}
