import { inspectSecret } from '@complywise/webhooks'
import { z } from 'zod'
import { instantSchema } from './route-schemas.ts'
import { duration, secret, text } from './schemas.ts'
import type { WebhookSecret, WebhookSettings } from './webhook-settings.ts'

const dayMs = 86_400_000

const webhookSecret = secret().superRefine((value, context) => {
  const inspection = inspectSecret(value)
  if (!inspection.usable) context.addIssue({ code: 'custom', message: inspection.detail })
})

const namedSecret = z.strictObject({
  id: text(64).describe('What logs call it; not secret.'),
  value: webhookSecret.describe('The secret.'),
  not_after: instantSchema.optional().describe('When it stops being accepted. Never when absent.'),
})

const secrets = z
  .union([webhookSecret, z.array(z.union([webhookSecret, namedSecret])).min(1)])
  .transform((value): readonly WebhookSecret[] =>
    (Array.isArray(value) ? value : [value]).map((each, index) =>
      typeof each === 'string'
        ? { id: String(index), value: each }
        : { id: each.id, value: each.value, ...(each.not_after && { notAfter: new Date(each.not_after) }) },
    ),
  )
  .refine((list) => new Set(list.map(({ id }) => id)).size === list.length, {
    error: 'must not have the same id twice',
  })

/** Section `webhook`. */
export const webhookSchema = z
  .strictObject({
    secret: secrets.describe('Secret of the subscription; a list while it is rotated.'),
    max_age: duration({ minMs: 2 * dayMs, maxMs: 365 * dayMs })
      .prefault('7d')
      .describe('How old an event may be. The sender tries for two days.'),
    clock_skew: duration({ maxMs: dayMs })
      .prefault('5m')
      .describe("How far ahead of this machine's clock the time of an event may be."),
    max_body_bytes: z
      .int()
      .min(1024)
      .max(64 * 1_048_576)
      .default(1_048_576)
      .describe('The longest body that is accepted.'),
    require_attempt_signature: z
      .boolean()
      .default(false)
      .describe('Whether requests without a signed attempt time are refused.'),
  })
  .transform(
    ({ secret, max_age, clock_skew, max_body_bytes, require_attempt_signature }): WebhookSettings => ({
      secrets: secret,
      maxAgeMs: max_age,
      clockSkewMs: clock_skew,
      maxBodyBytes: max_body_bytes,
      requireAttemptSignature: require_attempt_signature,
    }),
  )
  .describe('How events are received.')
