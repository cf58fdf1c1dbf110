import { z } from 'zod'
import type { HealthPolicy } from '../domain/health.ts'
import type { Subscription } from '../store/subscription.ts'
import { uuid } from './ids.ts'
import { pageOf } from './pages.ts'
import { warning } from './subscription-warnings.ts'
import { timestamp } from './timestamps.ts'

const health = z
  .object({
    consecutive_failures: z.int().meta({ description: 'Failed attempts since the last that succeeded.' }),
    failing_since: timestamp.nullable(),
    is_probing: z.boolean().meta({
      description:
        'One delivery at a time is attempted until one succeeds: it is down, has a new URL, or was just resumed.',
    }),
    degraded_at: timestamp.nullable().meta({ description: 'Since when its owner is warned.' }),
    held_until: timestamp.nullable().meta({
      description:
        'No attempt starts before: the endpoint asked for time, or it is down and is tried now and then.',
    }),
    disables_at: timestamp.nullable().meta({
      description:
        'When it is disabled if no attempt succeeds, but not before `failures_until_disabled` more have failed; `null` while none fails.',
    }),
    failures_until_disabled: z.int().nullable(),
  })
  .meta({ id: 'SubscriptionHealth', description: 'How the endpoint has been answering.' })

const backlog = z
  .object({
    count: z.int(),
    is_exact: z.boolean().meta({ description: 'False when there are more than so many.' }),
  })
  .meta({ id: 'Backlog', description: 'Deliveries that are owed.' })

const secretInfo = z
  .object({
    hint: z.string().meta({ description: '`…` and its last four characters; of a short one only `…`.' }),
    created_at: timestamp,
    expires_at: timestamp.nullable().meta({
      description: 'When it stops signing; `null` for the newest, which signs until it is replaced.',
    }),
  })
  .meta({ id: 'SecretInfo', description: 'A secret, without the secret.' })

const fields = {
  id: uuid,
  url: z.string().meta({ description: 'The endpoint, normalized as URLs are.' }),
  description: z.string(),
  events: z.array(z.string()).meta({ description: 'Patterns: event types, `compliance.*`, `*`.' }),
  headers: z
    .record(z.string(), z.string())
    .meta({ description: 'Headers added to each request. Values that look like credentials are masked.' }),
  timeout_ms: z.int().nullable(),
  is_ordered: z.boolean(),
  contact_email: z.string().nullable(),
  state: z.enum(['active', 'paused', 'disabled']).meta({
    description: 'Whether attempts are made. A paused or disabled one keeps what is published meanwhile.',
  }),
  state_reason: z.string().nullable().meta({
    description: 'Why it is not active: `requested`, `repeated_failures` or `endpoint_gone`.',
  }),
  health,
  backlog: backlog
    .nullable()
    .meta({ description: 'What waits; `null` while attempts are made as soon as they are due.' }),
  secrets: z.array(secretInfo).meta({ description: 'Those that sign now, newest first.' }),
  version: z.int().meta({ description: 'Counts the changes that people made.' }),
  created_at: timestamp,
  updated_at: timestamp,
}

const subscriptionExample = {
  id: '0195a3c2-7b1e-7c55-9d0a-3f1f6f0e2c11',
  url: 'https://example.com/webhooks',
  description: '',
  events: ['*'],
  headers: {},
  timeout_ms: null,
  is_ordered: false,
  contact_email: null,
  state: 'active',
  state_reason: null,
  health: {
    consecutive_failures: 0,
    failing_since: null,
    is_probing: false,
    degraded_at: null,
    held_until: null,
    disables_at: null,
    failures_until_disabled: null,
  },
  backlog: null,
  secrets: [{ hint: '…3fQ=', created_at: '2026-03-01T12:00:00.000Z', expires_at: null }],
  version: 1,
  created_at: '2026-03-01T12:00:00.000Z',
  updated_at: '2026-03-01T12:00:00.000Z',
} as const

/** A subscription as it is answered. */
export const subscriptionAnswer = z.object(fields).meta({
  id: 'Subscription',
  description: 'Which events are sent to an endpoint.',
  examples: [subscriptionExample],
})

const warnings = z
  .array(warning)
  .meta({ description: 'What was accepted, and should be changed nevertheless.' })

/** A subscription as it is answered when it was changed. */
export const changedSubscriptionAnswer = z.object({ ...fields, warnings }).meta({
  id: 'ChangedSubscription',
  description: 'A subscription, with what should be changed.',
  examples: [{ ...subscriptionExample, version: 2, warnings: [] }],
})

/** A subscription as it is answered once, when it has got a new secret. */
export const subscriptionSecretAnswer = z
  .object({
    ...fields,
    secret: z.string().meta({ description: 'The whole new secret. No other answer ever holds it.' }),
    warnings,
  })
  .meta({
    id: 'SubscriptionWithSecret',
    description: 'A subscription with its new secret.',
    examples: [
      {
        ...subscriptionExample,
        secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw2p7n1m5+3fQ=',
        warnings: [],
      },
    ],
  })

/** A page of subscriptions. */
export const subscriptionPage = pageOf(subscriptionAnswer, 'SubscriptionPage')

/** A subscription in the form of {@link subscriptionAnswer}. */
export function toSubscriptionAnswer(
  subscription: Subscription,
  policy: HealthPolicy,
): z.output<typeof subscriptionAnswer> {
  const { state, stateReason, backlog } = subscription
  return {
    id: subscription.id,
    url: subscription.url,
    description: subscription.description,
    events: [...subscription.events],
    headers: { ...subscription.headers },
    timeout_ms: subscription.timeoutMs,
    is_ordered: subscription.isOrdered,
    contact_email: subscription.contactEmail,
    state,
    state_reason: stateReason,
    health: toHealthAnswer(subscription, policy),
    backlog: backlog && { count: backlog.count, is_exact: backlog.isExact },
    secrets: subscription.secrets.map(({ hint, createdAt, expiresAt }) => ({
      hint: `…${hint}`,
      created_at: createdAt.toISOString(),
      expires_at: toInstant(expiresAt),
    })),
    version: subscription.version,
    created_at: subscription.createdAt.toISOString(),
    updated_at: subscription.updatedAt.toISOString(),
  }
}

function toHealthAnswer(
  { state, health }: Subscription,
  { disableAfterFailures, disableAfterMs }: HealthPolicy,
): z.output<typeof fields.health> {
  const { consecutiveFailures, failingSince } = health
  const endangeredSince = state === 'active' ? failingSince : null
  return {
    consecutive_failures: consecutiveFailures,
    failing_since: toInstant(failingSince),
    is_probing: health.isProbing,
    degraded_at: toInstant(health.degradedAt),
    held_until: toInstant(health.heldUntil),
    disables_at: endangeredSince && toInstant(new Date(endangeredSince.getTime() + disableAfterMs)),
    failures_until_disabled: endangeredSince && Math.max(0, disableAfterFailures - consecutiveFailures),
  }
}

function toInstant(date: Date | null): string | null {
  return date === null ? null : date.toISOString()
}
