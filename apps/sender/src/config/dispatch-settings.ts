import { integer, milliseconds, type Settings } from '@complywise/service'
import { defaultRetryPolicy } from '../domain/backoff.ts'

const HOUR_MS = 3_600_000

/** How attempts are made and repeated. */
export const dispatchSettings = {
  attemptTimeoutMs: {
    env: 'SENDER_ATTEMPT_TIMEOUT_MS',
    schema: milliseconds({ min: 100, max: 120_000 }).default(15_000),
    description: 'Time for one attempt, from looking up the name to the last byte of the answer.',
  },
  maxInFlight: {
    env: 'SENDER_MAX_IN_FLIGHT',
    schema: integer({ min: 1, max: 10_000 }).default(512),
    description:
      'Attempts in flight at once in this process. Retries, and endpoints that fail or take longer than a second, have at most half of them.',
  },
  maxInFlightPerSubscription: {
    env: 'SENDER_MAX_IN_FLIGHT_PER_SUBSCRIPTION',
    schema: integer({ min: 1, max: 1000 }).default(64),
    description:
      'Attempts in flight at once for one subscription from this process, at most: how many it gets, up to this, depends on how its endpoint answers.',
  },
  retryBaseMs: {
    env: 'SENDER_RETRY_BASE_MS',
    schema: milliseconds({ min: 10, max: HOUR_MS }).default(defaultRetryPolicy.baseMs),
    description: 'Wait after the first failed attempt. Up to 10 % is added to every wait at random.',
  },
  retryFactor: {
    env: 'SENDER_RETRY_FACTOR',
    schema: integer({ min: 1, max: 10 }).default(defaultRetryPolicy.factor),
    description: 'Each wait is this many times the one before.',
  },
  retryCapMs: {
    env: 'SENDER_RETRY_CAP_MS',
    schema: milliseconds({ min: 10, max: 7 * 24 * HOUR_MS }).default(defaultRetryPolicy.capMs),
    description: 'No wait is longer.',
  },
  retryMaxAttempts: {
    env: 'SENDER_RETRY_MAX_ATTEMPTS',
    schema: integer({ min: 1, max: 100 }).default(defaultRetryPolicy.maxAttempts),
    description: 'Failed attempts after which a delivery is given up.',
  },
} as const satisfies Settings
