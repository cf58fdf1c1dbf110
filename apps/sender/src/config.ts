import { type Config, type ConfigProblem, defineConfig } from '@complywise/service'
import { accessSettings, requireWholeJwt } from './config/access-settings.ts'
import { apiSettings } from './config/api-settings.ts'
import { databaseSettings } from './config/database-settings.ts'
import { dispatchSettings } from './config/dispatch-settings.ts'
import { healthSettings } from './config/health-settings.ts'
import { networkSettings } from './config/network-settings.ts'
import { notificationSettings, requireWholeNotifications } from './config/notification-settings.ts'
import {
  requireRetentionOfBacklog,
  requireRetentionOfRetries,
  retentionSettings,
} from './config/retention-settings.ts'
import { telemetrySettings } from './config/telemetry-settings.ts'

/** Everything the sender can be told through its environment. */
export const configDefinition = defineConfig({
  prefix: 'SENDER_',
  settings: {
    ...databaseSettings,
    ...apiSettings,
    ...accessSettings,
    ...networkSettings,
    ...dispatchSettings,
    ...healthSettings,
    ...notificationSettings,
    ...retentionSettings,
    ...telemetrySettings,
  },
  rules: [
    requireEncryptionKey,
    requireWholeJwt,
    requireCapAboveBase,
    requireWholeNotifications,
    requireRetentionOfRetries,
    requireRetentionOfBacklog,
  ],
})

/** The sender's configuration, read and checked. */
export type SenderConfig = Config<(typeof configDefinition)['settings']>

type Rule = (config: Readonly<Record<string, unknown>>) => ConfigProblem | undefined

function requireEncryptionKey({ databaseUrl, encryptionKey }: Parameters<Rule>[0]): ReturnType<Rule> {
  if (databaseUrl === undefined || encryptionKey !== undefined) return undefined
  return {
    variable: 'SENDER_ENCRYPTION_KEY',
    problem: 'is required with DATABASE_URL',
    remedy:
      'Set it to 32 random bytes in base64 (openssl rand -base64 32), the same for every sender on that database.',
  }
}

function requireCapAboveBase({ retryBaseMs, retryCapMs }: Parameters<Rule>[0]): ReturnType<Rule> {
  if (Number(retryCapMs) >= Number(retryBaseMs)) return undefined
  return {
    variable: 'SENDER_RETRY_CAP_MS',
    problem: 'is less than SENDER_RETRY_BASE_MS',
    remedy: 'Raise it, or lower SENDER_RETRY_BASE_MS.',
  }
}
