import type { Logger } from '@complywise/service'
import { Client } from 'pg'

/** A standing connection that hears of published events. */
export interface DueNotifications {
  close(): Promise<void>
}

const RECONNECT_MS = 1000
const CONNECT_TIMEOUT_MS = 10_000
const KEEP_ALIVE_AFTER_MS = 30_000

/**
 * Listens for the lanes that {@link https://www.postgresql.org/docs/current/sql-notify.html | NOTIFY} says have
 * something due. After every connect `onDue` is called with no lane: something may have been missed.
 */
export function listenForDue(
  connectionString: string,
  onDue: (subscriptionIds: readonly string[]) => void,
  logger: Logger,
): DueNotifications {
  let isClosed = false
  let client: Client | undefined
  let timer: NodeJS.Timeout | undefined

  async function connect(): Promise<void> {
    const next = new Client({
      connectionString,
      application_name: 'complywise-sender listen',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      // It is silent for long, and firewalls forget silent connections.
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    })
    client = next
    next.on('error', (error) => logger.warn({ err: error }, 'the listening connection broke'))
    next.on('end', reconnect)
    next.on('notification', ({ payload = '' }) => onDue(parseLanes(payload)))
    try {
      await next.connect()
      await next.query('listen webhooks_due')
      if (!isClosed) onDue([])
    } catch (error) {
      if (!isClosed) logger.warn({ err: error }, 'listening failed')
      await next.end().catch(() => undefined)
      reconnect()
    }
  }

  function reconnect(): void {
    if (isClosed || timer !== undefined) return
    timer = setTimeout(() => {
      timer = undefined
      void connect()
    }, RECONNECT_MS)
  }

  void connect()
  return {
    async close() {
      isClosed = true
      clearTimeout(timer)
      await client?.end().catch(() => undefined)
    },
  }
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

// Any role of the database may notify on any channel, and one id that is none would fail every claim it is part of.
function parseLanes(payload: string): readonly string[] {
  const lanes = payload.split(',')
  return lanes.every((lane) => uuid.test(lane)) ? lanes : []
}
