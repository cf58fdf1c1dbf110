import { z } from 'zod'
import { fieldIssue } from '../http/validation.ts'
import type { RecordedEntry } from '../store/audit-reader.ts'
import { pageOf, pageParameters } from './pages.ts'
import { timestamp } from './timestamps.ts'

const MAX_TARGET_LENGTH = 200
const TARGET = /^[a-z_]+:[0-9a-f-]{36}$/i

/** The query of `GET /api/audit`. */
export const listAuditQuery = z.strictObject({
  ...pageParameters,
  cursor: z
    .string()
    .transform(decodeCursor)
    .optional()
    .meta({ description: 'The `next_cursor` of the page before; without it, the first page.' }),
  target: z
    .string()
    .max(MAX_TARGET_LENGTH)
    .regex(TARGET, {
      error: 'Expected a kind and an id, such as subscription:0195a3c2-7b1e-7c55-9d0a-3f1f6f0e2c11',
    })
    .toLowerCase()
    .optional()
    .meta({ description: 'Only what was done to this: a kind and an id, such as `subscription:<id>`.' }),
})

/** An entry as it is answered. */
const auditEntryAnswer = z
  .object({
    number: z.int().meta({ description: 'Counted from 1 without gaps.' }),
    at: timestamp,
    actor: z.string().meta({
      description:
        'Who: `key:` and the key’s id, `user:` and the token’s subject, or `command:` and its name.',
    }),
    action: z.string().meta({ description: 'What was done, such as `subscription.created`.' }),
    target: z.string().meta({ description: 'What it was done to: its kind and id.' }),
    details: z.record(z.string(), z.unknown()).meta({ description: 'What changed. Never a secret.' }),
    hash: z.string().meta({
      description: 'Covers the entry and the hash of the one before; `sender verify-audit` recomputes it.',
    }),
  })
  .meta({
    id: 'AuditEntry',
    description: 'An administrative change.',
    examples: [
      {
        number: 17,
        at: '2026-03-01T12:00:00.000Z',
        actor: 'key:0195a3c2-7b1e-7c55-9d0a-3f1f6f0e2c11',
        action: 'api_key.created',
        target: 'api_key:0195a3c2-7b1e-7c55-9d0a-3f1f6f0e2c12',
        details: { role: 'publisher', name: 'scanner' },
        hash: '9f2c7a3d5b1e8046c9d2f7a1b3e5c8d0f1a2b3c4d5e6f708192a3b4c5d6e7f80',
      },
    ],
  })

/** A page of entries. */
export const auditPage = pageOf(auditEntryAnswer, 'AuditPage')

/** Entries, read with one more than the limit, in the form of {@link auditPage}. */
export function toAuditPage(entries: readonly RecordedEntry[], limit: number): z.output<typeof auditPage> {
  const shown = entries.slice(0, limit)
  const last = shown.at(-1)
  const hasMore = entries.length > limit && last !== undefined
  return { data: shown.map(toAnswer), next_cursor: hasMore ? encodeCursor(last.number) : null }
}

function toAnswer({ number, at, actor, action, target, details, hash }: RecordedEntry) {
  return { number, at: at.toISOString(), actor, action, target, details: { ...details }, hash }
}

// Encoded like the cursors of other lists, though of a number.
function encodeCursor(number: number): string {
  return Buffer.from(String(number)).toString('base64url')
}

function decodeCursor(cursor: string, context: z.RefinementCtx): number {
  const number = Number(Buffer.from(cursor, 'base64url').toString())
  if (Number.isSafeInteger(number) && number > 0 && encodeCursor(number) === cursor) return number
  context.issues.push(fieldIssue('invalid_format', 'Not a cursor of this API.', cursor))
  return z.NEVER
}
