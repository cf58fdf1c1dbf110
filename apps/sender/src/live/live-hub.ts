import type { Logger } from '@complywise/service'
import type { DeliveryStore } from '../store/deliveries.ts'
import { type LiveConnection, openLiveConnection } from './live-connection.ts'
import type { Viewer } from './viewer.ts'
import { type WatchedAccount, watchAccount } from './watched-account.ts'
import { LOOK_EVERY_MS } from './watched-accounts.ts'

/** Shows viewers of this process what changes, in whichever process it does. */
export interface LiveHub {
  /**
   * Lets somebody view the log. The first thing that is told is a reset, as soon as nothing can be missed any more.
   *
   * @returns how the viewer leaves; `undefined` when its account has as many as it may.
   */
  join(viewer: Viewer): (() => void) | undefined
  /** Ends all viewers; nobody can join any more. */
  close(): Promise<void>
}

/** What a hub works with. */
export interface LiveHubOptions {
  readonly connectionString: string
  readonly deliveries: DeliveryStore
  readonly logger: Logger
  /** For one account in this process. Default 10. */
  readonly maxViewersPerAccount?: number
}

const MAX_VIEWERS_PER_ACCOUNT = 10
/** Dispatchers have noticed a new viewer by then. */
const NOTICED_AFTER_MS = 2 * LOOK_EVERY_MS

/** A hub that is connected to the database only while somebody watches. */
export function createLiveHub(options: LiveHubOptions): LiveHub {
  const { connectionString, deliveries, logger } = options
  const maxViewers = options.maxViewersPerAccount ?? MAX_VIEWERS_PER_ACCOUNT
  const accounts = new Map<string, WatchedAccount>()
  const greetings = new Map<Viewer, NodeJS.Timeout>()
  let connection: LiveConnection | undefined
  let isClosed = false

  const listener = {
    changed(ids: readonly string[] | undefined) {
      for (const account of accounts.values()) account.changed(ids)
    },
    published() {
      for (const account of accounts.values()) account.published()
    },
    connected() {
      for (const { viewers } of accounts.values()) for (const viewer of viewers) greet(viewer)
    },
  }

  // Again after a connection that broke: what happened meanwhile was missed.
  function greet(viewer: Viewer): void {
    const reason = greetings.has(viewer) ? 'interrupted' : 'connected'
    clearTimeout(greetings.get(viewer))
    greetings.set(
      viewer,
      setTimeout(() => viewer.reset(reason), NOTICED_AFTER_MS),
    )
  }

  function watch(accountId: string): WatchedAccount {
    const account = watchAccount(accountId, deliveries, logger)
    accounts.set(accountId, account)
    connection ??= openLiveConnection(connectionString, listener, logger)
    connection.watch(accountId)
    return account
  }

  function leave(viewer: Viewer): void {
    clearTimeout(greetings.get(viewer))
    greetings.delete(viewer)
    const account = accounts.get(viewer.accountId)
    if (account?.viewers.delete(viewer) !== true || account.viewers.size > 0) return
    account.close()
    accounts.delete(viewer.accountId)
    connection?.unwatch(viewer.accountId)
    if (accounts.size > 0) return
    void connection?.close()
    connection = undefined
  }

  return {
    join(viewer) {
      const known = accounts.get(viewer.accountId)
      if (isClosed || (known?.viewers.size ?? 0) >= maxViewers) return undefined
      const account = known ?? watch(viewer.accountId)
      account.viewers.add(viewer)
      if (connection?.isListening() === true) greet(viewer)
      return () => leave(viewer)
    },
    async close() {
      isClosed = true
      const viewers = [...accounts.values()].flatMap((account) => [...account.viewers])
      const last = connection
      for (const viewer of viewers) {
        viewer.end()
        leave(viewer)
      }
      await last?.close()
    },
  }
}
