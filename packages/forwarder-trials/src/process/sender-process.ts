import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { fieldOf } from '../delivery/deliver-all.ts'
import type { Scene } from '../run/scene.ts'
import { waitFor } from '../run/wait-for.ts'
import { cleanEnvironment } from './forwarder-process.ts'
import { freePort } from './free-port.ts'

/** The real sender, with an embedded database, and its API. */
export interface Sender {
  /** Subscribes an endpoint to every type of event. */
  subscribe(url: string, secret: string): Promise<void>
  /** Publishes an event. @throws {Error} unless it is accepted. */
  publish(event: {
    readonly event: string
    readonly data: Readonly<Record<string, unknown>>
    readonly event_id?: string
    readonly timestamp?: string
  }): Promise<void>
  /** Waits until no delivery is pending. */
  settle(limitMs?: number): Promise<void>
  /** Its Delivery Log, the newest first. */
  deliveries(): Promise<readonly LoggedDelivery[]>
  /** Delivers once more what was delivered. */
  redeliver(deliveryId: string): Promise<void>
}

/** A delivery in the log. */
export interface LoggedDelivery {
  readonly id: string
  readonly eventId: string
  readonly status: string
  readonly attempts: readonly { readonly httpStatus: number | null; readonly body: string }[]
}

const allTypes = ['compliance.*', 'scan.*', 'evidence.*', 'integration.*']

/** Starts the sender as a process; it ends with the scene. Retries come soon, so that a trial ends. */
export async function startSender(scene: Scene): Promise<Sender> {
  // The embedded server of a sender that is root runs as another account, which has to pass through.
  await chmod(scene.directory, 0o711)
  const main = [
    '--conditions=@complywise/source',
    fileURLToPath(import.meta.resolve('@complywise/sender/main')),
  ]
  const port = await freePort()
  const env = cleanEnvironment({
    DATABASE_URL: '',
    SENDER_DATA_DIR: join(scene.directory, 'sender'),
    SENDER_PORT: String(port),
    SENDER_OPERATIONS_PORT: '0',
    SENDER_ALLOWED_NETWORKS: '127.0.0.0/8',
    SENDER_CONNECT_TO_ENDPOINTS: 'false',
    SENDER_RETRY_BASE_MS: '500',
    SENDER_RETRY_FACTOR: '2',
    SENDER_RETRY_CAP_MS: '4000',
    SENDER_RETRY_MAX_ATTEMPTS: '100',
  })
  const logPath = join(scene.directory, 'sender.log')
  const log = openSync(logPath, 'a')
  const child = spawn(process.execPath, [...main, 'serve'], {
    env,
    stdio: ['ignore', log, log],
    detached: true,
  })
  closeSync(log)
  const origin = `http://127.0.0.1:${port}`
  scene.defer(async () => {
    if (child.exitCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
  })
  await waitFor(
    `the sender is ready (see ${logPath})`,
    async () => {
      if (child.exitCode !== null) throw new Error(`The sender ended with ${child.exitCode}; see ${logPath}`)
      return fetch(`${origin}/readyz`).then(
        async (answer) => (await answer.text()) !== '' && answer.ok,
        () => false,
      )
    },
    { limitMs: 120_000, everyMs: 100 },
  )
  const admin = await createKey('admin')
  const publisher = await createKey('publisher')

  async function createKey(role: string): Promise<string> {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [...main, 'keys', 'create', '--role', role],
      { env },
    )
    return stdout.trim()
  }

  async function call(method: 'GET' | 'POST', path: string, json?: unknown, key = admin): Promise<unknown> {
    const answer = await fetch(origin + path, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(json !== undefined && { 'content-type': 'application/json' }),
      },
      ...(json !== undefined && { body: JSON.stringify(json) }),
    })
    const body: unknown = await answer.json()
    if (answer.ok) return body
    throw new Error(`${method} ${path} was answered ${answer.status}: ${JSON.stringify(body)}`)
  }

  async function list(query: string): Promise<readonly unknown[]> {
    return listOf(await call('GET', `/api/deliveries?limit=100${query}`), 'data')
  }

  return {
    async subscribe(url, secret) {
      await call('POST', '/api/webhooks', { url, secret, events: allTypes })
    },
    async publish(event) {
      await call('POST', '/api/events', event, publisher)
    },
    async settle(limitMs = 60_000) {
      await waitFor('no delivery is pending', async () => (await list('&status=pending')).length === 0, {
        limitMs,
        everyMs: 100,
      })
    },
    async deliveries() {
      const all = await list('')
      return Promise.all(
        all.map(async (delivery) => {
          const id = fieldOf(delivery, 'id') ?? ''
          const detail = await call('GET', `/api/deliveries/${id}`)
          return {
            id,
            eventId: fieldOf(delivery, 'event_id') ?? '',
            status: fieldOf(delivery, 'status') ?? '',
            attempts: listOf(detail, 'attempts').map((attempt) => ({
              httpStatus: numberOf(attempt, 'http_status'),
              body: fieldOf(attempt, 'response_body') ?? '',
            })),
          }
        }),
      )
    },
    async redeliver(deliveryId) {
      await call('POST', `/api/deliveries/${deliveryId}/redeliver`, {})
    },
  }
}

function listOf(body: unknown, name: string): readonly unknown[] {
  const list = fieldsOf(body).get(name)
  return Array.isArray(list) ? list : []
}

function numberOf(body: unknown, name: string): number | null {
  const value = fieldsOf(body).get(name)
  return typeof value === 'number' ? value : null
}

function fieldsOf(body: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof body === 'object' && body !== null ? Object.entries(body) : [])
}
