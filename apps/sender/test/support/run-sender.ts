import { createServer, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { readConfig, type RunningService } from '@complywise/service'
import { pino } from 'pino'
import { configDefinition } from '../../src/config.ts'
import { startSender } from '../../src/sender.ts'
import type { Row, TestStore } from './test-store.ts'

/** A whole sender in this process, on a test's store. */
export interface TestSender extends RunningService {
  /** The API; empty without that role. */
  readonly url: string
  readonly operationsUrl: string
  readonly log: readonly Row[]
}

/** Starts a sender on free ports; `env` are settings of its own. Endpoints may be on this machine. */
export async function runSender(
  store: Pick<TestStore, 'connectionString' | 'encryptionKey'>,
  env: Readonly<Record<string, string>> = {},
): Promise<TestSender> {
  const read = readConfig(configDefinition, { ...settingsOf(store), ...env })
  if (read.kind === 'invalid') throw new Error(JSON.stringify(read.problems))
  const log: Row[] = []
  const logger = pino({}, { write: (line) => log.push(JSON.parse(line)) })
  const service = await startSender(read.config, logger)
  const ready = log.find((line) => line['msg'] === 'ready')
  return { ...service, url: ready?.['url'] ?? '', operationsUrl: ready?.['operationsUrl'], log }
}

/** The settings with which a sender works on a test's store. */
export function settingsOf({
  connectionString,
  encryptionKey,
}: Pick<TestStore, 'connectionString' | 'encryptionKey'>): Readonly<Record<string, string>> {
  return {
    DATABASE_URL: connectionString,
    SENDER_ENCRYPTION_KEY: Buffer.from(encryptionKey).toString('base64'),
    SENDER_PORT: '0',
    SENDER_OPERATIONS_PORT: '0',
    SENDER_ALLOWED_NETWORKS: '127.0.0.0/8',
    SENDER_CONNECT_TO_ENDPOINTS: 'false',
  }
}

/** A server on this machine, and what it was asked. */
export interface TestEndpoint {
  readonly url: string
  readonly requests: readonly { readonly headers: IncomingMessage['headers']; readonly body: string }[]
  close(): Promise<void>
}

/** Answers every request with `status`. */
export async function startEndpoint(status: () => number = () => 200): Promise<TestEndpoint> {
  const requests: { readonly headers: IncomingMessage['headers']; readonly body: string }[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      requests.push({ headers: request.headers, body })
      return response.writeHead(status()).end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
