import { homedir } from 'node:os'
import {
  type Config,
  type ConfigProblem,
  defineConfig,
  integer,
  list,
  logLevels,
  milliseconds,
} from '@complywise/service'
import { z } from 'zod'
import { type Network, parseNetwork } from './domain/address.ts'
import { defaultRetryPolicy } from './domain/backoff.ts'
import { isConnectionString } from './store/connection-string.ts'
import { defaultDataDirectory } from './store/embedded/index.ts'
import { ENCRYPTION_KEY_BYTES, parseEncryptionKey } from './store/encryption-key.ts'

const HOUR_MS = 3_600_000

const dataDirectory = defaultDataDirectory({
  platform: process.platform,
  env: process.env,
  homeDirectory: homedir(),
  isRoot: process.getuid?.() === 0,
})

/** Everything the sender can be told through its environment. */
export const configDefinition = defineConfig({
  prefix: 'SENDER_',
  settings: {
    databaseUrl: {
      env: 'DATABASE_URL',
      schema: z
        .string()
        .regex(/^postgres(ql)?:\/\//, { error: 'must start with postgres:// or postgresql://', abort: true })
        .refine(isConnectionString, {
          error: 'must be a URL in which special characters of user name and password are percent-encoded',
        })
        .optional(),
      secret: true,
      description:
        'PostgreSQL 15 or newer. Without it, the sender runs a PostgreSQL of its own in SENDER_DATA_DIR.',
    },
    dataDirectory: {
      env: 'SENDER_DATA_DIR',
      schema: z.string().default(dataDirectory),
      defaultText: '/var/lib/complywise-sender for root, else complywise-sender in the user’s data directory',
      description: 'Where the embedded database and its encryption key are kept. Not used with DATABASE_URL.',
    },
    encryptionKey: {
      env: 'SENDER_ENCRYPTION_KEY',
      schema: z.string().transform(toEncryptionKey).optional(),
      secret: true,
      description:
        'Encrypts the signing secrets at rest: 32 random bytes in base64 (openssl rand -base64 32). Required with DATABASE_URL; else made once and kept in SENDER_DATA_DIR.',
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
    logLevel: {
      env: 'SENDER_LOG_LEVEL',
      schema: z.enum(logLevels, { error: `must be one of ${logLevels.join(', ')}` }).default('info'),
      description: 'How much is logged.',
    },
    allowedNetworks: {
      env: 'SENDER_ALLOWED_NETWORKS',
      schema: list().transform(parseNetworks).default([]),
      defaultText: 'none',
      description:
        'Private or otherwise special networks in which endpoints may be nevertheless, in CIDR notation: 10.0.0.0/8,fd00::/8.',
    },
    attemptTimeoutMs: {
      env: 'SENDER_ATTEMPT_TIMEOUT_MS',
      schema: milliseconds({ min: 100, max: 120_000 }).default(15_000),
      description: 'Time for one attempt, from looking up the name to the last byte of the answer.',
    },
    maxInFlight: {
      env: 'SENDER_MAX_IN_FLIGHT',
      schema: integer({ min: 1, max: 10_000 }).default(512),
      description: 'Attempts in flight at once in this process.',
    },
    maxInFlightPerSubscription: {
      env: 'SENDER_MAX_IN_FLIGHT_PER_SUBSCRIPTION',
      schema: integer({ min: 1, max: 1000 }).default(64),
      description: 'Attempts in flight at once for one subscription from this process.',
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
    shutdownGraceMs: {
      env: 'SENDER_SHUTDOWN_GRACE_MS',
      schema: milliseconds({ min: 100, max: 600_000 }).default(20_000),
      description:
        'How long attempts in flight may take to end when the sender is asked to stop; then they are canceled and put back.',
    },
  },
  rules: [requireEncryptionKey, requireCapAboveBase],
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

function toEncryptionKey(text: string, context: z.RefinementCtx): Uint8Array {
  const key = parseEncryptionKey(text)
  if (key !== undefined) return key
  context.addIssue({ code: 'custom', message: `must be ${ENCRYPTION_KEY_BYTES} bytes in base64` })
  return z.NEVER
}

function parseNetworks(cidrs: readonly string[], context: z.RefinementCtx): readonly Network[] {
  return cidrs.flatMap((cidr) => {
    const network = parseNetwork(cidr)
    if (network !== undefined) return [network]
    context.addIssue({ code: 'custom', message: `must be networks in CIDR notation, and ${cidr} is none` })
    return []
  })
}
