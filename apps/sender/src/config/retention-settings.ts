import { type ConfigProblem, integer, milliseconds, type Settings } from '@complywise/service'
import { retryHorizonMs } from '../domain/backoff.ts'

const DAY_MS = 86_400_000

/** What is kept, and for how long. */
export const retentionSettings = {
  retentionDays: {
    env: 'SENDER_RETENTION_DAYS',
    schema: integer({ min: 1, max: 3650 }).default(30),
    description: 'Days for which events, deliveries and attempts are kept; then the whole day is dropped.',
  },
  backlogMaxAgeMs: {
    env: 'SENDER_BACKLOG_MAX_AGE_MS',
    schema: milliseconds({ min: 1000, max: 3650 * DAY_MS }).default(7 * DAY_MS),
    description: 'How long deliveries are kept for a subscription that is paused or disabled.',
  },
  backlogMaxCount: {
    env: 'SENDER_BACKLOG_MAX_COUNT',
    schema: integer({ min: 1, max: 100_000_000 }).default(100_000),
    description:
      'How many deliveries are kept for a subscription that is paused or disabled; the oldest are canceled.',
  },
} as const satisfies Settings

/** What is still to be attempted must not be dropped. */
export function requireRetentionOfRetries(
  config: Readonly<Record<string, unknown>>,
): ConfigProblem | undefined {
  const horizonMs = retryHorizonMs({
    baseMs: Number(config['retryBaseMs']),
    factor: Number(config['retryFactor']),
    capMs: Number(config['retryCapMs']),
    maxAttempts: Number(config['retryMaxAttempts']),
  })
  return requireRetention(config, horizonMs, 'deliveries are attempted', 'lower the SENDER_RETRY_* settings')
}

/** What is kept for a subscription that is paused or disabled must not be dropped. */
export function requireRetentionOfBacklog(
  config: Readonly<Record<string, unknown>>,
): ConfigProblem | undefined {
  const { backlogMaxAgeMs } = config
  return requireRetention(
    config,
    Number(backlogMaxAgeMs),
    'backlogs are kept',
    'lower SENDER_BACKLOG_MAX_AGE_MS',
  )
}

function requireRetention(
  { retentionDays }: Readonly<Record<string, unknown>>,
  neededMs: number,
  why: string,
  otherwise: string,
): ConfigProblem | undefined {
  const neededDays = Math.ceil(neededMs / DAY_MS)
  if (Number(retentionDays) >= neededDays) return undefined
  return {
    variable: 'SENDER_RETENTION_DAYS',
    problem: `is ${String(retentionDays)}, but ${why} for up to ${neededDays} days`,
    remedy: `Set it to ${neededDays} or more, or ${otherwise}.`,
  }
}
