import { WebhookError } from '../../errors.ts'
import type { SqliteDatabase, SqliteStatement } from './sqlite-database.ts'

/** Every statement of the store, prepared. */
export type Statements = Readonly<Record<keyof typeof texts, SqliteStatement>>

/** Makes the table unless it exists. Its columns are its version: a release that needs others names its table anew. */
export const schema = `
  CREATE TABLE IF NOT EXISTS complywise_webhook_events (
    key TEXT NOT NULL PRIMARY KEY,
    token TEXT,
    completed INTEGER NOT NULL,
    lease_until INTEGER NOT NULL,
    lease_ms INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    finished TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS complywise_webhook_events_expiry ON complywise_webhook_events (expires_at)`

// What all packages have in common: values by position, and `all` for statements that return something.
const texts = {
  /** key, token, lease_until, lease_ms, expires_at, now, now, now */
  claim: `
    INSERT INTO complywise_webhook_events AS event VALUES (?, ?, 0, ?, ?, ?, '[]')
    ON CONFLICT (key) DO UPDATE SET
      token = excluded.token, completed = 0, lease_until = excluded.lease_until, lease_ms = excluded.lease_ms,
      expires_at = excluded.expires_at, finished = iif(event.expires_at > ?, event.finished, '[]')
    WHERE event.completed = 0 AND event.lease_until <= ? OR event.expires_at <= ?
    RETURNING finished`,
  /** key */
  find: 'SELECT completed, lease_until, lease_ms FROM complywise_webhook_events WHERE key = ?',
  /** now, key, now */
  shortenLease: `
    UPDATE complywise_webhook_events SET lease_until = ? + lease_ms
    WHERE key = ? AND completed = 0 AND lease_until > ? + lease_ms RETURNING 1`,
  /** lease_until, lease_ms, expires_at, key, token */
  renew: `
    UPDATE complywise_webhook_events SET lease_until = ?, lease_ms = ?, expires_at = ?
    WHERE key = ? AND token = ? AND completed = 0 RETURNING 1`,
  /** handler, handler, expires_at, key, token */
  checkpoint: `
    UPDATE complywise_webhook_events SET
      finished = iif(
        EXISTS (SELECT 1 FROM json_each(finished) WHERE value = ?), finished, json_insert(finished, '$[#]', ?)
      ),
      expires_at = max(lease_until, ?)
    WHERE key = ? AND token = ? AND completed = 0 RETURNING 1`,
  /** expires_at, key, token */
  complete: `
    UPDATE complywise_webhook_events SET completed = 1, finished = '[]', expires_at = ?
    WHERE key = ? AND token = ? RETURNING 1`,
  /** expires_at, key, token */
  release: `
    UPDATE complywise_webhook_events SET token = NULL, lease_until = 0, expires_at = ?
    WHERE key = ? AND token = ? AND completed = 0 RETURNING 1`,
  /** now */
  forget: `
    DELETE FROM complywise_webhook_events
    WHERE key IN (SELECT key FROM complywise_webhook_events WHERE expires_at <= ? LIMIT 128)
    RETURNING 1`,
}

/**
 * Makes the table unless it exists, and prepares the statements.
 *
 * @throws {WebhookError} `store_unusable` when it cannot, or the table is another's.
 */
export function prepareStatements(database: SqliteDatabase): Statements {
  const prepare = (name: keyof typeof texts): SqliteStatement => database.prepare(texts[name])
  try {
    database.exec(schema)
    return {
      claim: prepare('claim'),
      find: prepare('find'),
      shortenLease: prepare('shortenLease'),
      renew: prepare('renew'),
      checkpoint: prepare('checkpoint'),
      complete: prepare('complete'),
      release: prepare('release'),
      forget: prepare('forget'),
    }
  } catch (error) {
    const message = 'The table complywise_webhook_events cannot be made, or is not as this version makes it.'
    throw new WebhookError('store_unusable', message, { cause: error })
  }
}
