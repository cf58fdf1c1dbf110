import { createDispatcher } from './dispatch/dispatcher.ts'
import type { DispatchObserver } from './dispatch/observer.ts'
import { createLiveNotifier } from './live/live-notifier.ts'
import { createBacklogTask } from './maintenance/backlog-task.ts'
import { createExpiryTask } from './maintenance/expiry-task.ts'
import { createPartitionTask } from './maintenance/partition-task.ts'
import { createRecoverTask } from './maintenance/recover-task.ts'
import { runTasks } from './maintenance/run-tasks.ts'
import { createStatisticsTask } from './maintenance/statistics-task.ts'
import type { Task } from './maintenance/task.ts'
import { createEmailTask } from './notify/email-task.ts'
import { createHealthHandler } from './notify/health-handler.ts'
import { createMailer } from './notify/mailer.ts'
import type { Parts } from './start-api.ts'
import type { Database } from './store/database.ts'
import { createDeliveryQueue, defaultProbePolicy } from './store/delivery-queue.ts'
import { listenForDue } from './store/due-notifications.ts'
import { createOwedEmailStore } from './store/owed-emails.ts'
import { checkPartitions } from './store/readiness-checks.ts'
import { createDispatchMetrics } from './telemetry/dispatch-metrics.ts'
import { addDispatcherMetrics } from './telemetry/dispatcher-metrics.ts'
import { logInternalDetails } from './telemetry/log-internal-details.ts'
import { measureQueue } from './telemetry/measure-queue.ts'
import { createTaskMetrics } from './telemetry/task-metrics.ts'
import { traceAttempts } from './telemetry/trace-attempts.ts'

/** The dispatcher and the maintenance tasks, at work. */
export interface RunningDispatch {
  /** Claims nothing more, and resolves when every outcome is stored and every task has ended. */
  stop(): Promise<void>
}

/** A claim that takes longer brings nothing that may still be attempted. */
const STATEMENT_TIMEOUT_MS = 30_000
/** The sender itself holds a row for milliseconds. Who holds one for longer must not hold up what needs other rows. */
const LOCK_TIMEOUT_MS = 200
const BACKGROUND_LOCK_TIMEOUT_MS = 5000

/** The role `dispatcher`: making attempts, and what has to be done now and then. */
export function startDispatching(parts: Parts): RunningDispatch {
  const { config, logger, store, readiness, registry, pools, operations, tracing, attempter } = parts
  const { pool } = store.open({
    maxConnections: parts.shares.dispatcher,
    usedBy: 'dispatcher',
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    lockTimeoutMs: LOCK_TIMEOUT_MS,
  })
  const background = store.open({
    maxConnections: parts.shares.tasks,
    usedBy: 'tasks',
    lockTimeoutMs: BACKGROUND_LOCK_TIMEOUT_MS,
  })
  pools.add('dispatcher', pool)
  pools.add('tasks', background.pool)

  const observers: DispatchObserver[] = [createDispatchMetrics(registry)]
  const live = createLiveNotifier(background.pool, logger)
  observers.push(live.observer, logInternalDetails(logger))
  if (tracing !== undefined) observers.push(traceAttempts(tracing.tracer))
  const onHealth = createHealthHandler(background.db, config, logger)
  const probePolicy = {
    ...defaultProbePolicy,
    baseMs: config.retryBaseMs,
    capMs: Math.min(defaultProbePolicy.capMs, config.retryCapMs),
  }
  const dispatcher = createDispatcher({
    queue: measureQueue(createDeliveryQueue(pool, store.encryptionKeys, probePolicy), registry),
    attempter,
    retryPolicy: {
      baseMs: config.retryBaseMs,
      factor: config.retryFactor,
      capMs: config.retryCapMs,
      maxAttempts: config.retryMaxAttempts,
    },
    limits: config,
    logger,
    observers,
    onHealth,
  })
  addDispatcherMetrics(registry, dispatcher)
  const tasks: readonly Task[] = [
    createPartitionTask(background.pool, config.retentionDays),
    createBacklogTask(background.pool, {
      maxAgeMs: config.backlogMaxAgeMs,
      maxCount: config.backlogMaxCount,
    }),
    createExpiryTask(background.db),
    createRecoverTask(background.db),
    createStatisticsTask(background.pool, config.retentionDays),
    emailTask(parts, background.db),
  ]

  const notifications = listenForDue(store.connectionString, (lanes) => dispatcher.wake(lanes), logger)
  dispatcher.start()
  const maintenance = runTasks({
    tasks,
    connectionString: store.connectionString,
    logger,
    observer: createTaskMetrics(registry),
  })
  readiness.add('dispatcher', async () => ({ status: dispatcher.isHealthy() ? 'ok' : 'unavailable' }))
  readiness.add('partitions', () => checkPartitions(operations))

  return {
    async stop() {
      live.close()
      // Without its database no outcome can be stored. What is in flight is attempted again, once its lease has ended.
      await Promise.race([
        Promise.all([
          notifications.close(),
          dispatcher.stop(config.shutdownGraceMs).then(() => onHealth.idle()),
          maintenance.stop(),
        ]),
        store.lost,
      ])
    },
  }
}

function emailTask({ config, logger }: Parts, db: Database['db']): Task {
  const { smtpUrl, emailFrom } = config
  return createEmailTask({
    emails: createOwedEmailStore(db),
    mailer:
      smtpUrl === undefined || emailFrom === undefined
        ? undefined
        : createMailer({ smtpUrl, from: emailFrom }),
    operator: config.emailTo,
    policy: config,
    logger,
  })
}
