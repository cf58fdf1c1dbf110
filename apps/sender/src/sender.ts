import { setTimeout as sleep } from 'node:timers/promises'
import { createReadiness, type Logger, type RunningService, startOperationsServer } from '@complywise/service'
import type { SenderConfig } from './config.ts'
import { createAttempter } from './dispatch/attempter.ts'
import { type Parts, startApi } from './start-api.ts'
import { startDispatching } from './start-dispatching.ts'
import { openStore } from './store/open-store.ts'
import { keepOperatorSubscription, type OperatorWebhook } from './store/operator-subscription.ts'
import { checkDatabaseReady, checkDisk, checkKeys } from './store/readiness-checks.ts'
import { shareConnections } from './store/share-connections.ts'
import { createRegistry } from './telemetry/create-registry.ts'
import { addDatabaseMetrics } from './telemetry/database-metrics.ts'
import { createPoolMetrics } from './telemetry/pool-metrics.ts'
import { addReadinessMetrics } from './telemetry/readiness-metrics.ts'
import { remember } from './telemetry/remember.ts'
import { startTracing } from './telemetry/start-tracing.ts'

/** Longer than any figure takes on a healthy database. */
const OPERATIONS_STATEMENT_MS = 3000
/** Secrets change seldom, and probes come every few seconds. */
const KEYS_MAX_AGE_MS = 30_000

/**
 * Starts a sender in its roles: what machines ask first, then the database, the API and the dispatcher. It stops in the
 * reverse order.
 */
export async function startSender(config: SenderConfig, logger: Logger): Promise<RunningService> {
  const closers: (() => Promise<unknown>)[] = []
  async function close(): Promise<void> {
    for (const closer of closers.splice(0).toReversed()) await closer()
  }

  try {
    let isStarted = false
    const readiness = createReadiness({ onError: (err, check) => logger.warn({ err, check }, 'not ready') })
    readiness.add('start', async () => ({ status: isStarted ? 'ok' : 'unavailable' }))
    const registry = createRegistry(config.roles)
    addReadinessMetrics(registry, readiness)
    const operationsServer = await startOperationsServer({
      host: config.host,
      port: config.operationsPort,
      portSetting: 'SENDER_OPERATIONS_PORT',
      readiness,
      metrics: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
      logger,
    })
    closers.push(() => operationsServer.close())

    const tracing = await startTracing(config)
    closers.push(async () => tracing?.close())
    const store = await openStore(config, 'service', logger)
    closers.push(() => store.close())
    const shares = shareConnections(config.databaseConnections, config.roles)
    const { pool, db } = store.open({
      maxConnections: shares.operations,
      usedBy: 'operations',
      statementTimeoutMs: OPERATIONS_STATEMENT_MS,
    })
    readiness.add('database', () => checkDatabaseReady(pool))
    readiness.add(
      'encryption_key',
      remember(() => checkKeys(pool, store.encryptionKeys), KEYS_MAX_AGE_MS),
    )
    if (config.databaseUrl === undefined) readiness.add('disk', () => checkDisk(config.dataDirectory))
    addDatabaseMetrics(registry, pool, logger)
    const pools = createPoolMetrics(registry)
    pools.add('operations', pool)
    await keepOperatorSubscription(db, store.encryptionKeys, operatorWebhookOf(config))

    const attempter = createAttempter({
      timeoutMs: config.attemptTimeoutMs,
      // Not fewer than there may be attempts: endpoints of one origin would wait for each other.
      maxConnectionsPerOrigin: config.maxInFlight,
      allowedNetworks: config.allowedNetworks,
      allowedPorts: config.allowedPorts,
      proxyUrl: config.proxyUrl,
    })
    closers.push(() => attempter.close())

    const parts: Parts = {
      config,
      logger,
      store,
      shares,
      readiness,
      registry,
      pools,
      operations: pool,
      tracing,
      attempter,
    }
    // The API first: a sender that cannot listen has claimed nothing.
    const api = config.roles.includes('api') ? await startApi(parts) : undefined
    const dispatching = config.roles.includes('dispatcher') ? startDispatching(parts) : undefined
    closers.push(() => Promise.all([api?.close(), dispatching?.stop()]))
    isStarted = true
    logger.info(
      { ...(api && { url: api.url }), operationsUrl: operationsServer.url, roles: config.roles },
      'ready',
    )

    return {
      failed: store.lost,
      async stop() {
        readiness.drain()
        // Whoever balances load looks at readiness now and then, and sends requests until it has.
        if (config.drainDelayMs > 0) await Promise.race([sleep(config.drainDelayMs), store.lost])
        await close()
      },
    }
  } catch (error) {
    await close().catch((err: unknown) => logger.warn({ err }, 'could not clean up'))
    throw error
  }
}

function operatorWebhookOf({
  operatorWebhookUrl: url,
  operatorWebhookSecret: secret,
}: SenderConfig): OperatorWebhook | undefined {
  return url === undefined || secret === undefined ? undefined : { url, secret }
}
