import { createReadiness, type Logger, type RunningService } from '@complywise/service'
import { createServer } from './api/create-server.ts'
import type { SenderConfig } from './config.ts'
import { createAttempter } from './dispatch/attempter.ts'
import { createDispatcher } from './dispatch/dispatcher.ts'
import { createApiKeyStore } from './store/api-keys.ts'
import { createDeliveryStore } from './store/deliveries.ts'
import { createDeliveryQueue } from './store/delivery-queue.ts'
import { type DueNotifications, listenForDue } from './store/due-notifications.ts'
import { createEventStore } from './store/events.ts'
import { openStore } from './store/open-store.ts'
import { createSubscriptionStore } from './store/subscriptions.ts'

/** Starts a whole sender: database, dispatcher and API. It stops in the reverse order. */
export async function startSender(config: SenderConfig, logger: Logger): Promise<RunningService> {
  const store = await openStore(config, 'service', logger)
  const { pool, db, encryptionKey } = store
  const attempter = createAttempter({
    timeoutMs: config.attemptTimeoutMs,
    // Not fewer than there may be attempts: endpoints of one origin would wait for each other.
    maxConnectionsPerOrigin: config.maxInFlight,
    allowedNetworks: config.allowedNetworks,
  })
  const dispatcher = createDispatcher({
    queue: createDeliveryQueue(pool, encryptionKey),
    attempter,
    retryPolicy: {
      baseMs: config.retryBaseMs,
      factor: config.retryFactor,
      capMs: config.retryCapMs,
      maxAttempts: config.retryMaxAttempts,
    },
    limits: config,
    logger,
  })
  const readiness = createReadiness({ onError: (err, check) => logger.warn({ err, check }, 'not ready') })
  readiness.add('database', async () => {
    await pool.query('select 1')
    return { status: 'ok' }
  })
  readiness.add('dispatcher', async () => ({ status: dispatcher.isHealthy() ? 'ok' : 'unavailable' }))
  const server = await createServer({
    apiKeys: createApiKeyStore(db),
    subscriptions: createSubscriptionStore(db, encryptionKey),
    events: createEventStore(pool),
    deliveries: createDeliveryStore(db),
    readiness,
    logger,
    allowedNetworks: config.allowedNetworks,
  })
  let notifications: DueNotifications | undefined

  async function stop(): Promise<void> {
    await server.close()
    await notifications?.close()
    // Without its database no outcome can be stored. What is in flight is attempted again, once its lease has ended.
    await Promise.race([dispatcher.stop(config.shutdownGraceMs), store.lost])
    await attempter.close()
    await store.close()
  }

  try {
    const url = await server.listen({ host: config.host, port: config.port })
    logger.info({ url }, 'ready')
  } catch (error) {
    await stop()
    throw error
  }
  // Last, so that a sender that cannot listen has claimed nothing.
  notifications = listenForDue(store.connectionString, (lanes) => dispatcher.wake(lanes), logger)
  dispatcher.start()
  return { stop, failed: store.lost }
}
