import { homedir } from 'node:os'
import { integer, list, type Settings } from '@complywise/service'
import { z } from 'zod'
import { isConnectionString } from '../store/connection-string.ts'
import { defaultDataDirectory } from '../store/embedded/index.ts'
import { ENCRYPTION_KEY_BYTES, parseEncryptionKey } from '../store/encryption-key.ts'

const dataDirectory = defaultDataDirectory({
  platform: process.platform,
  env: process.env,
  homeDirectory: homedir(),
  isRoot: process.getuid?.() === 0,
})

/** Where everything is kept, and how secrets are sealed there. */
export const databaseSettings = {
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
  databaseConnections: {
    env: 'SENDER_DATABASE_CONNECTIONS',
    schema: integer({ min: 4, max: 1000 }).default(20),
    description:
      'Connections in its pools at most, from this process; up to three more listen and hold locks.',
  },
  encryptionKey: {
    env: 'SENDER_ENCRYPTION_KEY',
    schema: z.string().transform(toKey).optional(),
    secret: true,
    description:
      'Encrypts the signing secrets at rest: 32 random bytes in base64 (openssl rand -base64 32). Required with DATABASE_URL; else made once and kept in SENDER_DATA_DIR.',
  },
  previousEncryptionKeys: {
    env: 'SENDER_PREVIOUS_ENCRYPTION_KEYS',
    schema: list().transform(toKeys).default([]),
    defaultText: 'none',
    secret: true,
    description:
      'Keys that open what they once sealed, separated by commas; nothing is sealed with them. For changing SENDER_ENCRYPTION_KEY, see sender reencrypt.',
  },
  auditKey: {
    env: 'SENDER_AUDIT_KEY',
    schema: z.string().transform(toKey).optional(),
    secret: true,
    description:
      'Hashes the audit log: 32 random bytes in base64, the same for all senders on one database. Set one, so that the log does not depend on SENDER_ENCRYPTION_KEY, from which the key is derived otherwise.',
  },
  previousAuditKeys: {
    env: 'SENDER_PREVIOUS_AUDIT_KEYS',
    schema: list().transform(toKeys).default([]),
    defaultText: 'none',
    secret: true,
    description: 'Audit keys that verify what they once hashed, separated by commas.',
  },
} as const satisfies Settings

function toKey(text: string, context: z.RefinementCtx): Uint8Array {
  const key = parseEncryptionKey(text)
  if (key !== undefined) return key
  context.addIssue({ code: 'custom', message: `must be ${ENCRYPTION_KEY_BYTES} bytes in base64` })
  return z.NEVER
}

function toKeys(texts: readonly string[], context: z.RefinementCtx): readonly Uint8Array[] {
  const keys = texts.map(parseEncryptionKey).filter((key) => key !== undefined)
  if (keys.length === texts.length) return keys
  context.addIssue({ code: 'custom', message: `must be keys of ${ENCRYPTION_KEY_BYTES} bytes in base64` })
  return z.NEVER
}
