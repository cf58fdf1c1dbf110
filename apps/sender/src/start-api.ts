import type { Logger, Readiness } from '@complywise/service'
import type { Pool } from 'pg'
import type { Registry } from 'prom-client'
import { createServer } from './api/create-server.ts'
import type { SenderConfig } from './config.ts'
import type { Attempter } from './dispatch/attempter.ts'
import { createAccessOptions } from './http/access-options.ts'
import { createLiveHub } from './live/live-hub.ts'
import { createResolver } from './network/resolver.ts'
import { createApiKeyStore } from './store/api-keys.ts'
import { createAuditReader } from './store/audit-reader.ts'
import { createAuditLog } from './store/audit.ts'
import { createDeliveryStore } from './store/deliveries.ts'
import { createDeliveryQueue } from './store/delivery-queue.ts'
import { createEventLog } from './store/event-log.ts'
import { createEventStore } from './store/events.ts'
import type { Store } from './store/open-store.ts'
import { createStatisticsStore } from './store/read-statistics.ts'
import { createRecoverJobStore } from './store/recover-jobs.ts'
import { createRedeliveryStore } from './store/redeliveries.ts'
import { createSecretReader } from './store/secret-reader.ts'
import { createSessionStore } from './store/sessions.ts'
import type { ConnectionShares } from './store/share-connections.ts'
import { createSubscriptionStore } from './store/subscriptions.ts'
import { createTestDeliveryStore } from './store/test-deliveries.ts'
import { createTransitionLog } from './store/transition-log.ts'
import { measureEvents } from './telemetry/measure-events.ts'
import type { PoolMetrics } from './telemetry/pool-metrics.ts'
import type { Tracing } from './telemetry/start-tracing.ts'

/** What the roles of a sender have in common. */
export interface Parts {
  readonly config: SenderConfig
  readonly logger: Logger
  readonly store: Store
  readonly shares: ConnectionShares
  readonly readiness: Readiness
  readonly registry: Registry
  readonly pools: PoolMetrics
  /** For readiness, which must not wait for anything else. */
  readonly operations: Pool
  readonly tracing: Tracing | undefined
  readonly attempter: Attempter
}

/** The API, listening. */
export interface RunningApi {
  readonly url: string
  /** Accepts nothing more, and resolves when what was asked is answered; connections that take longer are cut. */
  close(): Promise<void>
}

/** A request waits no longer for one statement; its answer would come too late. */
const STATEMENT_TIMEOUT_MS = 25_000

/** The role `api`: everything that is asked over HTTP. */
export async function startApi(parts: Parts): Promise<RunningApi> {
  const { config, logger, store, readiness, registry, pools, tracing } = parts
  const { pool, db } = store.open({
    maxConnections: parts.shares.api,
    usedBy: 'api',
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  })
  pools.add('api', pool)
  const audit = createAuditLog(store.auditKeys.current)
  const { encryptionKeys } = store
  const storing = { encryptionKeys, audit, maxSubscriptions: config.maxSubscriptions }
  const deliveries = createDeliveryStore(db)
  const server = await createServer({
    ...createAccessOptions(
      { apiKeys: createApiKeyStore(db, audit), sessions: createSessionStore(db, audit) },
      config,
    ),
    trustedProxies: config.trustedProxies,
    audit,
    auditReader: createAuditReader(db),
    subscriptions: createSubscriptionStore(db, storing),
    testDeliveries: createTestDeliveryStore(db, createDeliveryQueue(pool, encryptionKeys), storing),
    attempter: parts.attempter,
    attemptTimeoutMs: config.attemptTimeoutMs,
    healthPolicy: config,
    events: measureEvents(createEventStore(pool), registry),
    eventLog: createEventLog(db),
    deliveries,
    live: createLiveHub({ connectionString: store.connectionString, deliveries, logger }),
    redeliveries: createRedeliveryStore(db, audit),
    secretReader: createSecretReader(db, encryptionKeys),
    retryMaxAttempts: config.retryMaxAttempts,
    recoverJobs: createRecoverJobStore(db, audit),
    transitions: createTransitionLog(db),
    statistics: createStatisticsStore(db),
    readiness,
    logger,
    registry,
    tracer: tracing?.tracer,
    allowedNetworks: config.allowedNetworks,
    allowedPorts: config.allowedPorts,
    proxyUrl: config.proxyUrl,
    resolveHost: createResolver(),
    connectsToEndpoints: config.connectsToEndpoints,
  })
  const url = await server.listen({ host: config.host, port: config.port })
  return {
    url,
    async close() {
      // Whoever does not read an answer to its end must not keep the process.
      const limit = setTimeout(() => server.server.closeAllConnections(), config.shutdownGraceMs)
      await server.close()
      clearTimeout(limit)
    },
  }
}
