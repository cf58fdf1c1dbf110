import { randomBytes } from 'node:crypto'
import { createLogger, createReadiness, type Readiness } from '@complywise/service'
import { vi } from 'vitest'
import { createServer, type ServerOptions } from '../../../src/api/create-server.ts'
import { createAttempter } from '../../../src/dispatch/attempter.ts'
import { createLiveHub } from '../../../src/live/live-hub.ts'
import { type ApiKeyStore, createApiKeyStore, type Role } from '../../../src/store/api-keys.ts'
import { deriveAuditKey } from '../../../src/store/audit-chain.ts'
import { createAuditReader } from '../../../src/store/audit-reader.ts'
import { createAuditLog } from '../../../src/store/audit.ts'
import { type Database, openDatabase } from '../../../src/store/database.ts'
import { createDeliveryStore } from '../../../src/store/deliveries.ts'
import { createDeliveryQueue } from '../../../src/store/delivery-queue.ts'
import { createEventLog } from '../../../src/store/event-log.ts'
import { createEventStore } from '../../../src/store/events.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { createStatisticsStore } from '../../../src/store/read-statistics.ts'
import { createRecoverJobStore } from '../../../src/store/recover-jobs.ts'
import { createRedeliveryStore } from '../../../src/store/redeliveries.ts'
import type { EncryptionKeys } from '../../../src/store/sealed-secret.ts'
import { createSecretReader } from '../../../src/store/secret-reader.ts'
import { createSessionStore } from '../../../src/store/sessions.ts'
import { createSubscriptionStore } from '../../../src/store/subscriptions.ts'
import { createTestDeliveryStore } from '../../../src/store/test-deliveries.ts'
import { createTransitionLog } from '../../../src/store/transition-log.ts'
import { createTestDatabase } from '../../support/postgres.ts'
import { type ContractCheck, createContractCheck } from './contract.ts'

// Creating a database takes seconds on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 })

/** A key of each role. */
type Keys = Readonly<Record<Role, string>>

/** What to send. */
interface Call {
  /** An API key. */
  readonly key?: string
  /** Sent as JSON. */
  readonly json?: unknown
  /** Sent as it is. */
  readonly body?: string | Uint8Array<ArrayBuffer> | ReadableStream
  readonly headers?: Readonly<Record<string, string>>
}

/** What came back. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body parsed; `undefined` when there is none. */
  readonly body: any // oxlint-disable-line typescript/no-explicit-any -- tests look into answers of every shape
}

/** The API on a socket of its own, with a database of its own and the keys of two accounts. */
export interface TestApi {
  readonly origin: string
  readonly port: number
  readonly database: Database
  /** Open the secrets of subscriptions. */
  readonly encryptionKeys: EncryptionKeys
  readonly connectionString: string
  readonly readiness: Readiness
  readonly keys: Keys
  /** Keys of another account. */
  readonly otherKeys: Keys
  /** Calls the API and checks the answer against `/openapi.json`. */
  call(method: string, path: string, call?: Call): Promise<Answer>
  /** Closes the server alone, once what is in flight is answered. */
  stop(): Promise<void>
  close(): Promise<void>
}

const ATTEMPT_TIMEOUT_MS = 2000

interface StorageLimits {
  /** Default 500. */
  readonly maxSubscriptions?: number
}

/** Starts the API; `options` replace what a test wants otherwise. */
export async function startApi({
  maxSubscriptions,
  ...options
}: Partial<ServerOptions> & StorageLimits = {}): Promise<TestApi> {
  const testDatabase = await createTestDatabase()
  const database = openDatabase({ connectionString: testDatabase.connectionString })
  await migrate(database.pool)
  const encryptionKeys = { current: randomBytes(32), previous: [] }
  const audit = createAuditLog(deriveAuditKey(encryptionKeys.current))
  const apiKeys = createApiKeyStore(database.db, audit)
  const storing = { encryptionKeys, audit, ...(maxSubscriptions && { maxSubscriptions }) }
  const queue = createDeliveryQueue(database.pool, encryptionKeys)
  const readiness = createReadiness()
  const allowedNetworks = options.allowedNetworks ?? []
  const attempter = createAttempter({
    timeoutMs: ATTEMPT_TIMEOUT_MS,
    maxConnectionsPerOrigin: 10,
    allowedNetworks,
  })
  const deliveries = createDeliveryStore(database.db)
  const logger = createLogger({ name: 'test', level: 'silent' })
  const server = await createServer({
    apiKeys,
    sessions: createSessionStore(database.db, audit),
    audit,
    auditReader: createAuditReader(database.db),
    subscriptions: createSubscriptionStore(database.db, storing),
    testDeliveries: createTestDeliveryStore(database.db, queue, storing),
    attempter,
    attemptTimeoutMs: ATTEMPT_TIMEOUT_MS,
    healthPolicy: { disableAfterFailures: 20, disableAfterMs: 24 * 3_600_000 },
    events: createEventStore(database.pool),
    eventLog: createEventLog(database.db),
    deliveries,
    live: createLiveHub({ connectionString: testDatabase.connectionString, deliveries, logger }),
    redeliveries: createRedeliveryStore(database.db, audit),
    secretReader: createSecretReader(database.db, encryptionKeys),
    recoverJobs: createRecoverJobStore(database.db, audit),
    transitions: createTransitionLog(database.db),
    statistics: createStatisticsStore(database.db),
    readiness,
    logger,
    allowedNetworks,
    // No test depends on what the Internet's names resolve to.
    resolveHost: async () => ['93.184.215.14'],
    ...options,
  })
  const origin = await server.listen({ host: '127.0.0.1', port: 0 })
  const check = await createContractCheck(origin)
  return {
    origin,
    port: Number(new URL(origin).port),
    database,
    encryptionKeys,
    connectionString: testDatabase.connectionString,
    readiness,
    keys: await createKeys(apiKeys, 'acme'),
    otherKeys: await createKeys(apiKeys, 'globex'),
    call: (method, path, call = {}) => send(origin, check, method, path, call),
    stop: () => server.close(),
    async close() {
      await server.close()
      await attempter.close()
      await database.close()
      await testDatabase.drop()
    },
  }
}

async function createKeys(apiKeys: ApiKeyStore, account: string): Promise<Keys> {
  return {
    admin: (await apiKeys.create(account, 'admin')).key,
    member: (await apiKeys.create(account, 'member')).key,
    publisher: (await apiKeys.create(account, 'publisher')).key,
  }
}

async function send(
  origin: string,
  check: ContractCheck,
  method: string,
  path: string,
  { key, json, body, headers }: Call,
): Promise<Answer> {
  const response = await fetch(origin + path, {
    method,
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    ...(body === undefined ? {} : { body, duplex: 'half' }),
  })
  const text = await response.text()
  const answer: Answer = {
    status: response.status,
    headers: response.headers,
    text,
    body: text === '' ? undefined : JSON.parse(text),
  }
  check(method, path, answer)
  return answer
}
