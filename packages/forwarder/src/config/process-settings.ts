import { integer, type LogLevel, logLevels, type Settings } from '@complywise/service'
import { z } from 'zod'

/** What an app is told through its environment, whatever its file says. */
export interface ProcessConfig {
  /** Path of the configuration file; `undefined` in the simple case. */
  readonly configPath: string | undefined
  readonly ledgerPath: string
  readonly deadLettersPath: string
  readonly host: string
  readonly port: number
  readonly operationsPort: number
  readonly logLevel: LogLevel
  readonly graceMs: number
}

/** The variables of the process of an app, for `--help` and the documentation too. `name` is the app's. */
export function processSettings(name: string) {
  return {
    configPath: {
      env: 'FORWARDER_CONFIG',
      schema: z.string().optional(),
      description: 'Path of the configuration file. Without it the variables of the simple case are used.',
    },
    ledgerPath: {
      env: 'FORWARDER_LEDGER',
      schema: z.string().default(`${name}.db`),
      description: 'Path of the ledger, which has to survive restarts.',
    },
    deadLettersPath: {
      env: 'FORWARDER_DEAD_LETTERS',
      schema: z.string().optional(),
      defaultText: '<ledger>.dead.jsonl',
      description: 'Path of the file for what the destination can never take.',
    },
    host: {
      env: 'FORWARDER_HOST',
      schema: z.string().default('127.0.0.1'),
      description: 'Address to listen on; 0.0.0.0 for all.',
    },
    port: {
      env: 'FORWARDER_PORT',
      schema: integer({ min: 0, max: 65_535 }).default(3000),
      description: 'Port on which events are received; 0 for any free one.',
    },
    operationsPort: {
      env: 'FORWARDER_OPERATIONS_PORT',
      schema: integer({ min: 0, max: 65_535 }).default(9465),
      description:
        'Port for /metrics, /healthz and /readyz, without authentication; keep it off the Internet. 0 for any free one.',
    },
    logLevel: {
      env: 'FORWARDER_LOG_LEVEL',
      schema: z.enum(logLevels, { error: `must be one of ${logLevels.join(', ')}` }).default('info'),
      description: 'How much is logged.',
    },
    graceSeconds: {
      env: 'FORWARDER_GRACE_SECONDS',
      schema: integer({ min: 1, max: 600 }).default(20),
      description: 'How long what is in flight may take to end when the process is asked to stop.',
    },
    instance: {
      env: 'FORWARDER_INSTANCE',
      schema: z.string().optional(),
      description: 'In the simple case: names the organization, so that two of them never share an alert.',
    },
  } as const satisfies Settings
}

/** What every app needs in the simple case besides its own variables and `FORWARDER_INSTANCE`. */
export const simpleSettings = {
  webhookSecret: {
    env: 'COMPLYWISE_WEBHOOK_SECRET',
    schema: z.string().optional(),
    secret: true,
    description: 'Secret of the subscription.',
  },
} as const satisfies Settings
