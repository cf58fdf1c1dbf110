import { z } from 'zod'
import { type ApiKey, roles } from '../store/api-keys.ts'
import { uuid } from './ids.ts'
import { pageOf, pageParameters } from './pages.ts'
import { timestamp } from './timestamps.ts'

const role = z.enum(roles, { error: `Expected one of ${roles.join(', ')}` })

/** The body of `POST /api/keys`. */
export const createKeyBody = z
  .strictObject({
    role: role.meta({ description: 'What the key may do; no role includes another.' }),
    name: z.string().max(200).default('').meta({ description: 'What the key is for.' }),
  })
  .meta({ id: 'CreateKey', examples: [{ role: 'publisher', name: 'scanner' }] })

/** The query of `GET /api/keys`. */
export const listKeysQuery = z.strictObject(pageParameters)

const fields = {
  id: uuid,
  role,
  name: z.string(),
  created_at: timestamp,
  revoked_at: timestamp.nullable().meta({ description: 'Since when nobody is let in with it.' }),
}

const example = {
  id: '0195a3c2-7b1e-7c55-9d0a-3f1f6f0e2c11',
  role: 'publisher',
  name: 'scanner',
  created_at: '2026-03-01T12:00:00.000Z',
  revoked_at: null,
} as const

/** A key as it is answered. */
export const keyAnswer = z
  .object(fields)
  .meta({ id: 'Key', description: 'An API key, without the key itself.', examples: [example] })

/** A key as it is answered once, when it was made. */
export const createdKeyAnswer = z
  .object({ ...fields, key: z.string().meta({ description: 'The key. No other answer ever holds it.' }) })
  .meta({
    id: 'CreatedKey',
    description: 'A new API key.',
    examples: [{ ...example, key: 'cwk_publisher_6QkzM2cZb0h9xTq3vXnB1y8JwE5rLsDfGaPuVtHiKoY' }],
  })

/** A key as it is answered when it was revoked. */
export const revokedKeyAnswer = z
  .object({
    ...fields,
    warnings: z
      .array(z.object({ code: z.enum(['own_key_revoked']), detail: z.string() }))
      .meta({ description: '`own_key_revoked`: the request itself was made with this key.' }),
  })
  .meta({
    id: 'RevokedKey',
    description: 'A revoked API key.',
    examples: [{ ...example, revoked_at: '2026-03-02T12:00:00.000Z', warnings: [] }],
  })

/** A page of keys. */
export const keyPage = pageOf(keyAnswer, 'KeyPage')

/** A key in the form of {@link keyAnswer}. */
export function toKeyAnswer(key: ApiKey): z.output<typeof keyAnswer> {
  return {
    id: key.id,
    role: key.role,
    name: key.name,
    created_at: key.createdAt.toISOString(),
    revoked_at: key.revokedAt?.toISOString() ?? null,
  }
}
