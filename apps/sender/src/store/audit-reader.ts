import type { Kysely } from 'kysely'
import type { AuditEntry } from './audit.ts'
import type { Tables } from './tables.ts'

/** An entry of the audit log as it was recorded. */
export interface RecordedEntry extends AuditEntry {
  /** Its place in the account's chain, counted from 1. */
  readonly number: number
  readonly at: Date
  /** 64 hexadecimal digits. */
  readonly hash: string
}

/** What may be read of the audit log. Nothing is verified on the way; see `sender verify-audit`. */
export interface AuditReader {
  /** Entries of an account, newest first: those before the number `before`, and of one target alone, where one is named. */
  list(
    accountId: string,
    page: { readonly limit: number; readonly before?: number; readonly target?: string },
  ): Promise<readonly RecordedEntry[]>
}

/** Reads the audit log in PostgreSQL. */
export function createAuditReader(db: Kysely<Tables>): AuditReader {
  return {
    async list(accountId, { limit, before, target }) {
      let query = db
        .selectFrom('audit_entry')
        .selectAll()
        .where('account_id', '=', accountId)
        .orderBy('number', 'desc')
        .limit(limit)
      if (before !== undefined) query = query.where('number', '<', String(before))
      if (target !== undefined) query = query.where('target', '=', target)
      const rows = await query.execute()
      return rows.map((row) => ({
        accountId: row.account_id,
        number: Number(row.number),
        at: row.at,
        actor: row.actor,
        action: row.action,
        target: row.target,
        details: JSON.parse(row.details),
        hash: row.hash.toString('hex'),
      }))
    },
  }
}
