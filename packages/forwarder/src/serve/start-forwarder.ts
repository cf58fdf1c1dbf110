import { setTimeout as sleep } from 'node:timers/promises'
import { createReadiness, type Logger, type RunningService, startOperationsServer } from '@complywise/service'
import type { ProcessConfig } from '../config/process-settings.ts'
import { createEngine } from '../engine/create-engine.ts'
import type { EngineObserver } from '../engine/engine-observer.ts'
import type { AppConfig, ForwarderApp } from '../forwarder-app.ts'
import { openLedger } from '../ledger/open-ledger.ts'
import { addStateMetrics } from '../telemetry/add-state-metrics.ts'
import { createMetrics } from '../telemetry/create-metrics.ts'
import { checkDeadLetters } from './check-dead-letters.ts'
import { checkLedger } from './check-ledger.ts'
import { createHttpServer, webhookPath } from './create-http-server.ts'
import { createDeadLetterFile } from './dead-letter-file.ts'
import { watchDestination } from './destination-watch.ts'
import { startDueLoop } from './due-loop.ts'
import { createEventReceiver } from './event-receiver.ts'
import { listen } from './listen.ts'
import { processName } from './process-name.ts'

/** What a forwarder is started with. */
export interface StartOptions<Target, Options, Remote> {
  readonly app: ForwarderApp<Target, Options, Remote>
  readonly config: AppConfig<Target, Options>
  readonly process: ProcessConfig
  readonly logger: Logger
  /** Logs what would be sent, on a ledger of its own beside the other, `<ledger>.dry-run`. Default false. */
  readonly isDryRun?: boolean
  /** Milliseconds since 1970. Default the machine's clock. */
  readonly now?: () => number
}

/** A forwarder that receives events. */
export interface RunningForwarder extends RunningService {
  /** Where events are received. */
  readonly url: string
  /** `/metrics`, `/healthz` and `/readyz` are below it. */
  readonly operationsUrl: string
}

/** A round in the background may take so many deadlines: it does one event alone first, then several at once. */
const deadlinesInRound = 4

/**
 * Starts a forwarder: what machines ask first, then the ledger, the destination, and the server of events.
 *
 * It stops in the reverse order. New requests are answered 503 from then on; what is in flight may end, and is put back
 * shortly before the process's grace is over.
 *
 * @throws {LedgerError} when the ledger cannot be opened.
 * @throws {Error} when it cannot listen, or cannot write the file for dead letters.
 */
export async function startForwarder<Target, Options, Remote>(
  options: StartOptions<Target, Options, Remote>,
): Promise<RunningForwarder> {
  const { app, config, process: settings, logger, isDryRun = false, now = Date.now } = options
  const closers: (() => unknown)[] = []
  const ending = new AbortController()
  const stages = stagesOf(settings.graceMs)

  async function close(): Promise<void> {
    for (const closer of closers.splice(0).toReversed()) await closer()
  }

  try {
    let isStarted = false
    const readiness = createReadiness({ onError: (err, check) => logger.warn({ err, check }, 'not ready') })
    readiness.add('start', async () => ({ status: isStarted ? 'ok' : 'unavailable' }))
    const { registry, observer, telemetry } = createMetrics(app.name, now)
    const operations = await startOperationsServer({
      host: settings.host,
      port: settings.operationsPort,
      portSetting: 'FORWARDER_OPERATIONS_PORT',
      readiness,
      metrics: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
      logger,
    })
    closers.push(() => operations.close())

    const suffix = isDryRun ? '.dry-run' : ''
    const ledger = openLedger(`${settings.ledgerPath}${suffix}`)
    closers.push(() => ledger.close())
    const owner = processName(settings.host, settings.port)
    readiness.add('ledger', checkLedger(ledger, owner, now))
    const deadLetters = createDeadLetterFile(`${settings.deadLettersPath}${suffix}`)
    // Noticed now, rather than with the first event that needs it.
    await deadLetters.probe()
    readiness.add('dead_letters', checkDeadLetters(deadLetters))

    const destination = app.connect(config, { logger, now })
    closers.push(() => withinMs(stages.idleMs, destination.close()))
    const told: EngineObserver = {
      ...observer,
      operation(facts) {
        observer.operation(facts)
        if (facts.result === 'operator') watch?.hurry()
        if (facts.result === 'done') watch?.succeeded()
      },
    }
    const engine = createEngine({
      ledger,
      destination,
      config,
      deadLetters,
      logger,
      owner,
      now,
      dryRun: isDryRun,
      observer: told,
    })
    // A call that ignores its signal goes on without a ledger: its outcome is looked for when the process is back.
    closers.push(() => withinMs(stages.idleMs, engine.idle()))
    const watch = isDryRun ? undefined : watchDestination({ destination, engine, logger })
    if (watch !== undefined) {
      readiness.add('destination', async () => watch.report())
      closers.push(() => watch.stop())
    }
    addStateMetrics(registry, { ledger, engine, watch, readiness })

    const { deadlineMs } = config.settings
    const receiver = createEventReceiver({
      webhook: config.webhook,
      deadlineMs,
      engine,
      ledgerPath: ledger.path,
      telemetry,
      logger,
      now,
      signal: ending.signal,
    })
    closers.push(() => receiver.close())
    const server = createHttpServer({ receiver, readiness, logger })
    const url = await listen(server, settings.host, settings.port)
    const due = startDueLoop({ engine, roundMs: deadlinesInRound * deadlineMs, logger })
    closers.push(() => Promise.all([server.close(), due.stop(ending.signal)]))
    isStarted = true
    logger.info(
      { url: `${url}${webhookPath}`, operationsUrl: operations.url, ledger: ledger.path, isDryRun },
      'ready',
    )

    return {
      url: `${url}${webhookPath}`,
      operationsUrl: operations.url,
      async stop() {
        readiness.drain()
        const putBack = setTimeout(() => ending.abort(), stages.putBackAfterMs)
        const cut = setTimeout(() => server.server.closeAllConnections(), stages.cutAfterMs)
        // Until then who comes is told to come again, which a port that is closed does not tell.
        await receiver.drain()
        await close()
        clearTimeout(putBack)
        clearTimeout(cut)
      },
    }
  } catch (error) {
    await close().catch((err: unknown) => logger.warn({ err }, 'could not clean up'))
    throw error
  }
}

interface Stages {
  /** When what is in flight is answered 503. */
  readonly putBackAfterMs: number
  /** When connections are cut whose other side does not read. */
  readonly cutAfterMs: number
  /** What calls that were aborted may take to end, and connections to the destination to close. */
  readonly idleMs: number
}

/** Divides a grace, so that the process ends by itself before it is over. */
function stagesOf(graceMs: number): Stages {
  return {
    putBackAfterMs: graceMs - Math.min(3000, graceMs / 2),
    cutAfterMs: graceMs - Math.min(1500, graceMs / 3),
    idleMs: Math.min(500, graceMs / 8),
  }
}

function withinMs(limitMs: number, work: Promise<unknown>): Promise<unknown> {
  return Promise.race([work, sleep(limitMs, undefined, { ref: false })])
}
