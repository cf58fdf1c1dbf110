import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLogger } from '@complywise/service'
import { createEngine } from '../engine/create-engine.ts'
import type { Destination } from '../engine/destination.ts'
import type { Engine } from '../engine/engine.ts'
import type { ForwarderApp } from '../forwarder-app.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { openLedger } from '../ledger/open-ledger.ts'
import { createDeadLetterFile } from '../serve/dead-letter-file.ts'
import { loadConfigOrExit, type ValidConfig } from './load-config-or-exit.ts'
import type { Defer } from './run-command.ts'

/** What a command works with that forwards. */
export interface OpenedEngine<Target, Options, Remote> {
  readonly loaded: ValidConfig<Target, Options>
  readonly ledger: Ledger
  readonly destination: Destination<Target, Remote>
  readonly engine: Engine
}

/** For a call that ignores its signal. */
const idleMs = 2000

/**
 * Opens an engine beside a `serve` on the same ledger, or without one. Logs go to stderr, so that the output can be piped.
 *
 * @param chooseLedger opens the ledger; default the one of the configuration, which is made if there is none.
 */
export function openEngine<Target, Options, Remote>(
  app: ForwarderApp<Target, Options, Remote>,
  defer: Defer,
  chooseLedger: (path: string) => Ledger = openLedger,
): OpenedEngine<Target, Options, Remote> {
  const loaded = loadConfigOrExit(app)
  const { app: config, process: settings } = loaded
  const logger = createLogger({ name: app.name, level: 'error', destination: 'stderr' })
  const ledger = chooseLedger(settings.ledgerPath)
  defer(() => ledger.close())
  const destination = app.connect(config, { logger, now: Date.now })
  defer(() => destination.close())
  const engine = createEngine({
    ledger,
    destination,
    config,
    deadLetters: createDeadLetterFile(settings.deadLettersPath),
    logger,
    owner: randomUUID(),
  })
  defer(() => Promise.race([engine.idle(), sleep(idleMs, undefined, { ref: false })]))
  return { loaded, ledger, destination, engine }
}
