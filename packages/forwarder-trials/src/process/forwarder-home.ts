import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { webhookSecret } from '../delivery/send-signed.ts'
import type { Destination } from '../destinations/destination.ts'
import { instance } from '../events/condition-key.ts'
import { freePort } from './free-port.ts'

/** What a forwarder keeps over its lives: its ports, its ledger, its configuration. */
export interface ForwarderHome {
  readonly port: number
  readonly operationsPort: number
  readonly ledgerPath: string
  readonly deadLettersPath: string
  readonly logPath: string
  readonly env: Readonly<Record<string, string>>
  /** Where events are posted. */
  readonly url: string
}

/** How a forwarder is configured. */
export interface HomeOptions {
  readonly destination: Destination
  readonly directory: string
  /** Distinguishes the files of several forwarders. */
  readonly name?: string
  /** Sections of the file besides the destination's own. */
  readonly file?: Readonly<Record<string, unknown>>
  readonly logLevel?: string
  readonly graceSeconds?: number
}

/** Writes the configuration of a forwarder, and finds ports for it. */
export async function settleForwarder(options: HomeOptions): Promise<ForwarderHome> {
  const {
    destination,
    directory,
    name = destination.app,
    file = {},
    logLevel = 'warn',
    graceSeconds = 20,
  } = options
  const configPath = join(directory, `${name}.yaml`)
  // Every JSON document is a YAML document.
  const config = { instance, webhook: { secret: webhookSecret }, ...destination.sections, ...file }
  writeFileSync(configPath, JSON.stringify(config, undefined, 2))
  const port = await freePort()
  const ledgerPath = join(directory, `${name}.db`)
  const deadLettersPath = join(directory, `${name}.dead.jsonl`)
  return {
    port,
    operationsPort: await freePort(),
    ledgerPath,
    deadLettersPath,
    logPath: join(directory, `${name}.log`),
    url: `http://127.0.0.1:${port}/webhooks`,
    env: {
      ...destination.environment,
      FORWARDER_CONFIG: configPath,
      FORWARDER_LEDGER: ledgerPath,
      FORWARDER_DEAD_LETTERS: deadLettersPath,
      FORWARDER_LOG_LEVEL: logLevel,
      FORWARDER_GRACE_SECONDS: String(graceSeconds),
    },
  }
}
