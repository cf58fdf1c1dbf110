import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cleanEnvironment, type ServiceProcess, startService } from './service-process.ts'

const mains = {
  slack: fileURLToPath(import.meta.resolve('@complywise/slack-forwarder/main')),
  pagerduty: fileURLToPath(import.meta.resolve('@complywise/pagerduty-forwarder/main')),
  jira: fileURLToPath(import.meta.resolve('@complywise/jira-forwarder/main')),
} as const

/** A forwarder, by what it tells. */
export type ForwarderName = keyof typeof mains

/** What a forwarder is started with. */
export interface ForwarderOptions {
  readonly name: ForwarderName
  /** For people, such as `Slack`. */
  readonly title: string
  /** Where its ledger goes. */
  readonly directory: string
  /** The secret of its subscription. */
  readonly secret: string
  /** The app's own variables. */
  readonly settings: Readonly<Record<string, string>>
}

/** Starts `serve` of a forwarder, configured by its environment alone. */
export function startForwarder(options: ForwarderOptions): ServiceProcess {
  const { name, title, directory, secret, settings } = options
  return startService({
    name: `The forwarder to ${title}`,
    main: mains[name],
    env: {
      ...cleanEnvironment(),
      FORWARDER_INSTANCE: 'demo',
      FORWARDER_LEDGER: join(directory, `${name}.db`),
      FORWARDER_HOST: '127.0.0.1',
      FORWARDER_PORT: '0',
      FORWARDER_OPERATIONS_PORT: '0',
      FORWARDER_GRACE_SECONDS: '5',
      COMPLYWISE_WEBHOOK_SECRET: secret,
      ...settings,
    },
  })
}
