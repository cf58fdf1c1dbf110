import { integer, list, logLevels, milliseconds, type Settings } from '@complywise/service'
import { z } from 'zod'

/** What a process may do. */
const processRoles = ['api', 'dispatcher'] as const

/** The process and its HTTP servers. */
export const apiSettings = {
  roles: {
    env: 'SENDER_ROLES',
    schema: list()
      .pipe(z.array(z.enum(processRoles, { error: 'must be api, dispatcher or both' })).min(1))
      .default([...processRoles]),
    defaultText: 'api,dispatcher',
    description: 'What this process does: answer the API, make attempts, or both.',
  },
  host: {
    env: 'SENDER_HOST',
    schema: z.string().default('127.0.0.1'),
    description: 'Address the API listens on; 0.0.0.0 for all.',
  },
  port: {
    env: 'SENDER_PORT',
    schema: integer({ min: 0, max: 65_535 }).default(8080),
    description: 'Port the API listens on; 0 for any free one.',
  },
  operationsPort: {
    env: 'SENDER_OPERATIONS_PORT',
    schema: integer({ min: 0, max: 65_535 }).default(9464),
    description:
      'Port for /metrics, /healthz and /readyz, without authentication; keep it off the Internet. 0 for any free one.',
  },
  logLevel: {
    env: 'SENDER_LOG_LEVEL',
    schema: z.enum(logLevels, { error: `must be one of ${logLevels.join(', ')}` }).default('info'),
    description: 'How much is logged.',
  },
  drainDelayMs: {
    env: 'SENDER_DRAIN_DELAY_MS',
    schema: milliseconds({ min: 0, max: 600_000 }).default(0),
    description:
      'How long the sender still answers after it was asked to stop, while /readyz says so: the time a load balancer takes to send no more.',
  },
  shutdownGraceMs: {
    env: 'SENDER_SHUTDOWN_GRACE_MS',
    schema: milliseconds({ min: 100, max: 600_000 }).default(20_000),
    description:
      'How long attempts in flight may take to end when the sender is asked to stop; then they are canceled and put back.',
  },
  maxSubscriptions: {
    env: 'SENDER_MAX_SUBSCRIPTIONS',
    schema: integer({ min: 1, max: 1_000_000 }).default(500),
    description: 'Subscriptions that one account may have.',
  },
} as const satisfies Settings
