import type { Logger } from '@complywise/service'
import { openListeningConnection } from '../store/listening-connection.ts'
import { LIVE_CHANNEL } from './live-notifier.ts'
import { beginWatching, endWatching } from './watched-accounts.ts'

/** What a viewing process hears. */
export interface LiveListener {
  /** These deliveries changed; `undefined` for too many to name. */
  changed(ids: readonly string[] | undefined): void
  /** Something was published, or became due. */
  published(): void
  /** From now on everything is heard; what was before may have been missed. */
  connected(): void
}

/** A connection that listens while somebody watches. */
export interface LiveConnection {
  watch(accountId: string): void
  unwatch(accountId: string): void
  isListening(): boolean
  close(): Promise<void>
}

/** Opens a connection, and another one whenever it breaks. Accounts stay watched. */
export function openLiveConnection(
  connectionString: string,
  listener: LiveListener,
  logger: Logger,
): LiveConnection {
  const accounts = new Set<string>()
  const connection = openListeningConnection({
    connectionString,
    applicationName: 'complywise-sender live',
    channels: [LIVE_CHANNEL, 'webhooks_due'],
    notified(channel, payload) {
      if (channel !== LIVE_CHANNEL) listener.published()
      else listener.changed(parseIds(payload))
    },
    async connected(client) {
      for (const accountId of accounts) await beginWatching(client, accountId)
      listener.connected()
    },
    broke: (err) => logger.debug({ err }, 'the connection of live views broke'),
  })

  // On a connection that broke, the next one takes the locks.
  function change(how: typeof beginWatching, accountId: string): void {
    const { client } = connection
    if (client !== undefined) void how(client, accountId).catch(() => undefined)
  }

  return {
    watch(accountId) {
      accounts.add(accountId)
      change(beginWatching, accountId)
    },
    unwatch(accountId) {
      accounts.delete(accountId)
      change(endWatching, accountId)
    },
    isListening: () => connection.client !== undefined,
    close: () => connection.close(),
  }
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

// Any role of the database may notify on any channel.
function parseIds(payload: string): readonly string[] | undefined {
  if (payload === '*') return undefined
  const ids = payload.split(',')
  return ids.every((id) => uuid.test(id)) ? ids : []
}
