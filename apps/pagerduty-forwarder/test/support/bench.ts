import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exampleRoutingKey, type FakePagerDuty, startFakePagerDuty } from '@complywise/destination-fakes'
import type { AppConfig, Destination, Settings } from '@complywise/forwarder'
import { clockAt, createEngine, openLedger, testSettings } from '@complywise/forwarder/testing'
import { createLogger } from '@complywise/service'
import type { WebhookEvent } from '@complywise/webhooks'
import { onTestFinished } from 'vitest'
import type { PagerDutyOptions, PagerDutyTarget } from '../../src/config.ts'
import { connectPagerDuty } from '../../src/destination.ts'
import type { PagerDutyRemote } from '../../src/remote.ts'

type Engine = ReturnType<typeof createEngine>
type Forwarded = Awaited<ReturnType<Engine['forward']>>

/** The target that everything goes to unless a test says otherwise. */
export const alerts: PagerDutyTarget = { routingKey: exampleRoutingKey, changes: true }

/** Another integration that fakes of benches know. */
export const otherRoutingKey = 'b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0'

/** A PagerDuty, and an engine with a ledger on the disk that tells it. */
export interface Bench {
  readonly pagerDuty: FakePagerDuty
  /** The one in use; replaced by `restart`. */
  readonly engine: Engine
  readonly destination: Destination<PagerDutyTarget, PagerDutyRemote>
  readonly ledger: ReturnType<typeof openLedger>
  /** Codes of what can never be delivered. */
  readonly deadLetters: readonly string[]
  readonly forward: (event: WebhookEvent, timeoutMs?: number) => Promise<Forwarded>
  /** As after a stop, with another configuration on the same ledger. */
  readonly restart: (config?: BenchConfig) => void
  /** Moves the clock of the engine. */
  readonly pass: (ms: number) => void
}

/** What of the configuration is not the default. */
export interface BenchConfig {
  readonly targets?: Readonly<Record<string, PagerDutyTarget>>
  readonly settings?: Partial<Settings>
  readonly options?: Partial<PagerDutyOptions>
}

/** Starts both; they end with the test. */
export async function startBench(
  config: BenchConfig & { readonly fake?: Parameters<typeof startFakePagerDuty>[0] } = {},
): Promise<Bench> {
  const pagerDuty = await startFakePagerDuty({
    routingKeys: [exampleRoutingKey, otherRoutingKey],
    limits: { eventsPerMinute: Infinity },
    ...config.fake,
  })
  const folder = mkdtempSync(join(tmpdir(), 'pagerduty-forwarder-'))
  const deadLetters: string[] = []
  let nowMs = Date.parse(clockAt(0))
  let running = start(config)
  onTestFinished(async () => {
    await running.engine.idle()
    running.ledger.close()
    await pagerDuty.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    pagerDuty,
    deadLetters,
    get engine() {
      return running.engine
    },
    get destination() {
      return running.destination
    },
    get ledger() {
      return running.ledger
    },
    forward: async (event, timeoutMs = 30_000) =>
      running.engine.forward(event, AbortSignal.timeout(timeoutMs)),
    restart(changed = config) {
      running.ledger.close()
      running = start(changed)
    },
    pass(ms) {
      nowMs += ms
    },
  }

  function start({ targets = { alerts }, settings, options }: BenchConfig) {
    const ledger = openLedger(join(folder, 'ledger.db'))
    const app: AppConfig<PagerDutyTarget, PagerDutyOptions> = {
      settings: testSettings(settings),
      webhook: { secrets: [], maxAgeMs: 0, clockSkewMs: 0, maxBodyBytes: 0, requireAttemptSignature: false },
      targets,
      options: {
        server: pagerDuty.server,
        ca: pagerDuty.ca,
        repeatIntervalMs: 86_400_000,
        ...options,
      },
    }
    const destination = connectPagerDuty(app, { now: () => nowMs })
    const engine = createEngine({
      ledger,
      destination,
      config: app,
      deadLetters: {
        append({ code }) {
          deadLetters.push(code)
          return Promise.resolve()
        },
      },
      logger: createLogger({ name: 'test', level: 'silent' }),
      owner: 'bench',
      now: () => nowMs,
    })
    return { engine, destination, ledger }
  }
}

/** The incidents that the example routing key has, briefly: `cw:acme:control:soc 2:cc6.1 resolved`. */
export function incidentsOf(pagerDuty: FakePagerDuty, routingKey = exampleRoutingKey): readonly string[] {
  return pagerDuty.incidents(routingKey).map(({ dedupKey, status }) => `${dedupKey} ${status}`)
}

/** The titles of the change events of a routing key. */
export function changesOf(pagerDuty: FakePagerDuty, routingKey = exampleRoutingKey): readonly string[] {
  return pagerDuty.changes(routingKey).map(({ event }) => event.payload.summary)
}

/** What became of each step. */
export function resultsOf({ steps }: Forwarded): readonly string[] {
  return steps.map(({ result, reason }) => (reason === undefined ? result : `${result} ${reason}`))
}
