import { z } from 'zod'
import { fieldIssue } from '../http/validation.ts'
import type { Page } from '../store/page.ts'

/** The parameters `limit` and `cursor` of every list. */
export const pageParameters = {
  limit: z.coerce
    .number({ error: 'Expected a whole number' })
    .int()
    .min(1)
    .max(100)
    .default(20)
    .meta({ description: 'How many at most.' }),
  cursor: z
    .string()
    .transform(decodeCursor)
    .optional()
    .meta({ description: 'The `next_cursor` of the page before; without it, the first page.' }),
}

/** The schema of a list's answer. */
export function pageOf<Item extends z.ZodType>(item: Item, id: string) {
  return z
    .object({
      data: z.array(item).meta({ description: 'Newest first.' }),
      next_cursor: z
        .string()
        .nullable()
        .meta({ description: 'Where the next page starts; `null` on the last one.' }),
    })
    .meta({ id, description: 'A page of a list.' })
}

/** A store's page as it is answered. */
export function toPageAnswer<Record, Answer>(
  { items, next }: Page<Record>,
  toAnswer: (record: Record) => Answer,
): { data: Answer[]; next_cursor: string | null } {
  return { data: items.map(toAnswer), next_cursor: next === undefined ? null : encodeCursor(next) }
}

/** The store's page for `limit` and `cursor`. */
export function toPageRequest(query: { readonly limit: number; readonly cursor?: string | undefined }): {
  readonly limit: number
  readonly after?: string
} {
  const { limit, cursor } = query
  return cursor === undefined ? { limit } : { limit, after: cursor }
}

// A cursor is the last record's UUID. Encoded, so that nobody takes it for something to compute with.
function encodeCursor(id: string): string {
  return Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url')
}

function decodeCursor(cursor: string, context: z.RefinementCtx): string {
  const hex = Buffer.from(cursor, 'base64url').toString('hex')
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  if (id.length === 36 && encodeCursor(id) === cursor) return id
  context.issues.push(fieldIssue('invalid_format', 'Not a cursor of this API.', cursor))
  return z.NEVER
}
