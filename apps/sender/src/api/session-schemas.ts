import { z } from 'zod'
import type { CallerNames, Principal } from '../store/api-keys.ts'
import { uuid } from './ids.ts'
import { timestamp } from './timestamps.ts'

/** Characters of the longest key that is looked at. Keys have fewer than 64. */
const MAX_KEY_LENGTH = 512

/** The body of `POST /api/session`. */
export const createSessionBody = z
  .strictObject({
    key: z
      .string()
      .min(1)
      .max(MAX_KEY_LENGTH)
      .meta({ description: 'An API key with the role admin or member.' }),
  })
  .meta({
    id: 'CreateSession',
    examples: [{ key: 'cwk_admin_6QkzM2cZb0h9xTq3vXnB1y8JwE5rLsDfGaPuVtHiKoY' }],
  })

/** Who is calling, as it is answered. */
export const sessionAnswer = z
  .object({
    actor: z.string().meta({
      description: 'How the audit log names the caller: `key:` and the key’s id, or `user:` and a name.',
    }),
    key_name: z.string().meta({ description: 'What the key is for; empty for whoever came with a token.' }),
    account: z.object({ id: uuid, name: z.string() }),
    role: z.enum(['admin', 'member']),
    expires_at: timestamp.nullable().meta({
      description: 'When the session ends; `null` for a request with an `Authorization` header.',
    }),
  })
  .meta({
    id: 'Session',
    description: 'Who is calling.',
    examples: [
      {
        actor: 'key:0195a3c2-7b1e-7c55-9d0a-3f1f6f0e2c11',
        key_name: 'Dana’s laptop',
        account: { id: '0195a3c2-7b1e-7c55-9d0a-3f1f6f0e2c10', name: 'acme' },
        role: 'admin',
        expires_at: '2026-03-02T00:00:00.000Z',
      },
    ],
  })

/** Who is calling in the form of {@link sessionAnswer}; without `expiresAt`, not in a session. */
export function toSessionAnswer(
  { actor, accountId, role }: Principal,
  { accountName, keyName }: CallerNames,
  expiresAt: Date | undefined,
): z.output<typeof sessionAnswer> {
  if (role === 'publisher') throw new Error('A publisher has no session')
  return {
    actor,
    key_name: keyName,
    account: { id: accountId, name: accountName },
    role,
    expires_at: expiresAt?.toISOString() ?? null,
  }
}
