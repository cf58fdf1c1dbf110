import { integer, milliseconds, type Settings } from '@complywise/service'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** When subscriptions are disabled, and who is told. */
export const healthSettings = {
  disableAfterFailures: {
    env: 'SENDER_DISABLE_AFTER_FAILURES',
    schema: integer({ min: 1, max: 100_000 }).default(20),
    description:
      'Consecutive failed attempts after which a subscription is disabled, if it has failed for as long as SENDER_DISABLE_AFTER_MS too. At half of both, its owner is warned.',
  },
  disableAfterMs: {
    env: 'SENDER_DISABLE_AFTER_MS',
    schema: milliseconds({ min: 0, max: 90 * DAY_MS }).default(DAY_MS),
    description:
      'Time without a successful attempt after which a subscription is disabled, if there were SENDER_DISABLE_AFTER_FAILURES failures too.',
  },
} as const satisfies Settings
