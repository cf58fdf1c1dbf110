import { Client } from 'pg'

/** What a standing connection listens to, and who is told. */
export interface ListeningOptions {
  readonly connectionString: string
  /** As `pg_stat_activity` shows it. */
  readonly applicationName: string
  readonly channels: readonly string[]
  notified(channel: string, payload: string): void
  /** It listens from now on; what was said before may have been missed. */
  connected(client: Client): Promise<void> | void
  /** It broke, or could not be made. Another one is made in a second. */
  broke?(error: unknown): void
}

/** A connection that hears of notifications, and is made anew whenever it breaks. */
export interface ListeningConnection {
  /** While it listens. */
  readonly client: Client | undefined
  /** Says nothing any more. Resolves when the connection is closed, a second after it was made at the latest. */
  close(): Promise<void>
}

const RECONNECT_MS = 1000
const CLOSE_TIMEOUT_MS = 1000
const CONNECT_TIMEOUT_MS = 10_000
const KEEP_ALIVE_AFTER_MS = 30_000

/** Opens one. */
export function openListeningConnection(options: ListeningOptions): ListeningConnection {
  let isClosed = false
  let listening: Client | undefined
  let made: Client | undefined
  let timer: NodeJS.Timeout | undefined

  async function connect(): Promise<void> {
    const next = new Client({
      connectionString: options.connectionString,
      application_name: options.applicationName,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      // It is silent for long, and firewalls forget silent connections.
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    })
    made = next
    next.on('error', tellBroken)
    next.on('end', reconnect)
    next.on('notification', ({ channel, payload = '' }) => options.notified(channel, payload))
    try {
      await next.connect()
      if (isClosed) return await end(next)
      await next.query(options.channels.map((channel) => `listen ${channel}`).join('; '))
      listening = next
      if (!isClosed) await options.connected(next)
    } catch (error) {
      tellBroken(error)
      await next.end().catch(() => undefined)
      reconnect()
    }
  }

  function tellBroken(error: unknown): void {
    if (!isClosed) options.broke?.(error)
  }

  function reconnect(): void {
    listening = undefined
    if (isClosed || timer !== undefined) return
    timer = setTimeout(() => {
      timer = undefined
      void connect()
    }, RECONNECT_MS)
  }

  void connect()
  return {
    get client() {
      return listening
    },
    async close() {
      isClosed = true
      clearTimeout(timer)
      if (made !== undefined) await end(made)
    },
  }
}

// Of a server that vanished without a word, the end is heard only when TCP gives up.
async function end(client: Client): Promise<void> {
  const timer = setTimeout(() => client.connection.stream.destroy(), CLOSE_TIMEOUT_MS)
  await client.end().catch(() => undefined)
  clearTimeout(timer)
}
