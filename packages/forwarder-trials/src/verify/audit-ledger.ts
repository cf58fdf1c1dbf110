import { createHash } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'

/** What is in a ledger's file, read without the program that wrote it. */
export interface LedgerAudit {
  readonly events: ReadonlyMap<string, { readonly isFinished: boolean; readonly entries: number }>
  readonly steps: readonly AuditedStep[]
  readonly alerts: readonly AuditedAlert[]
  /** Entries by result. */
  readonly entries: Readonly<Record<string, number>>
  /** What is wrong with the chain of entries, if anything is. */
  readonly chainProblem: string | undefined
}

/** A step as the ledger has it. */
export interface AuditedStep {
  readonly id: string
  readonly eventId: string
  readonly target: string
  readonly key: string
  readonly action: string
  readonly state: string
  readonly result: string | undefined
  readonly reason: string | undefined
}

/** An alert as the ledger has it. */
export interface AuditedAlert {
  readonly key: string
  readonly kind: string
  readonly state: string
  /** How many events since it was opened said that it fails; 0: nothing ever did, as far as was told. */
  readonly count: number
  readonly carrier: string | undefined
}

/** Reads a ledger that nobody writes to any more. */
export function auditLedger(path: string): LedgerAudit {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    const rows = (sql: string) => database.prepare(sql).all()
    const entriesOf = new Map(
      rows('SELECT event_id, count(*) AS n FROM entry GROUP BY event_id').map((row) => [
        String(row['event_id']),
        Number(row['n']),
      ]),
    )
    return {
      events: new Map(
        rows('SELECT event_id, finished_at FROM event').map((row) => {
          const id = String(row['event_id'])
          return [id, { isFinished: row['finished_at'] !== null, entries: entriesOf.get(id) ?? 0 }]
        }),
      ),
      steps: rows('SELECT * FROM step ORDER BY seq').map((row) => ({
        id: String(row['id']),
        eventId: String(row['event_id']),
        target: String(row['target']),
        key: String(row['key']),
        action: String(row['action']),
        state: String(row['state']),
        result: textOf(row['result']),
        reason: textOf(row['reason']),
      })),
      alerts: rows('SELECT key, kind, state, body FROM alert').map((row) => {
        const body: unknown = JSON.parse(String(row['body']))
        const fields = new Map<string, unknown>(Object.entries(body ?? {}))
        return {
          key: String(row['key']),
          kind: String(row['kind']),
          state: String(row['state']),
          count: Number(fields.get('count')),
          carrier: textOf(fields.get('carrier')),
        }
      }),
      entries: Object.fromEntries(
        rows('SELECT result, count(*) AS n FROM entry GROUP BY result ORDER BY result').map((row) => [
          String(row['result']),
          Number(row['n']),
        ]),
      ),
      chainProblem: findChainProblem(rows('SELECT * FROM entry ORDER BY seq')),
    }
  } finally {
    database.close()
  }
}

/** By the documented rule: the SHA-256 of the JSON array of all fields but the hash, each with the hash before it. */
function findChainProblem(entries: readonly Readonly<Record<string, unknown>>[]): string | undefined {
  let previous = '0'.repeat(64)
  for (const [index, { hash, ...fields }] of entries.entries()) {
    const isNext = fields['seq'] === index + 1 && fields['prev_hash'] === previous
    const computed = createHash('sha256')
      .update(JSON.stringify(Object.values(fields)))
      .digest('hex')
    if (!isNext || hash !== computed) return `Entry ${index + 1} does not fit the one before it.`
    previous = computed
  }
  return undefined
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
