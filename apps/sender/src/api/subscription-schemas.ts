import { eventTypes, inspectSecret } from '@complywise/webhooks'
import { z } from 'zod'
import { describeUrlProblem, parseEndpointUrl } from '../domain/endpoint-url.ts'
import { fieldIssue } from '../http/validation.ts'
import type { Subscription } from '../store/subscriptions.ts'
import { uuid } from './ids.ts'
import { pageOf, pageParameters } from './pages.ts'
import { timestamp } from './timestamps.ts'

const selectors = [...eventTypes, '*'] as const

const endpoint = z.string().transform((text, context) => {
  const endpoint = parseEndpointUrl(text)
  if (endpoint.valid) return endpoint.url
  context.issues.push(fieldIssue(endpoint.problem, describeUrlProblem(endpoint.problem), text))
  return z.NEVER
})

const events = z
  .array(z.enum(selectors, { error: `Expected one of ${selectors.join(', ')}` }))
  .min(1)
  .check(({ value, issues }) => {
    for (const [index, event] of value.entries()) {
      if (value.indexOf(event) === index) continue
      issues.push({ ...fieldIssue('duplicate', `${event} is listed already.`, event), path: [index] })
    }
  })

const secret = z
  .string()
  .max(512)
  .check(({ value, issues }) => {
    const inspection = inspectSecret(value)
    if (!inspection.usable) issues.push(fieldIssue(inspection.code, inspection.detail, undefined))
  })

/** The body of `POST /api/webhooks`. */
export const createSubscriptionBody = z
  .strictObject({
    url: endpoint.meta({
      description: 'Where to send events: https:, or http: with a warning. At most 2,048 characters.',
    }),
    events: events.meta({ description: 'Event types, or `*` for all, those of later versions included.' }),
    secret: secret
      .optional()
      .meta({ description: 'What the signatures are made with. Generated when absent.' }),
  })
  .meta({
    id: 'CreateSubscription',
    examples: [
      { url: 'https://your-endpoint.com/hook', events: ['scan.completed'], secret: 'your-secret' },
      { url: 'https://example.com/webhooks', events: ['*'] },
    ],
  })

/** The query of `GET /api/webhooks`. */
export const listSubscriptionsQuery = z.strictObject(pageParameters)

const fields = {
  id: uuid,
  url: z.string().meta({ description: 'The endpoint, normalized as URLs are.' }),
  events: z.array(z.string()),
  state: z.enum(['active', 'paused', 'disabled']),
  state_reason: z
    .string()
    .nullable()
    .meta({ description: 'Why it is not active, as a code such as `endpoint_gone`.' }),
  held_until: timestamp
    .nullable()
    .meta({ description: 'No attempt starts before: the endpoint asked for time with Retry-After.' }),
  secret_hints: z.array(z.string()).meta({
    description:
      '`…` and the last four characters of each secret in use, newest first; of a short one only `…`.',
  }),
  created_at: timestamp,
  updated_at: timestamp,
}

const example = {
  id: '0195a3c2-7b1e-7c55-9d0a-3f1f6f0e2c11',
  url: 'https://example.com/webhooks',
  events: ['*'],
  state: 'active',
  state_reason: null,
  held_until: null,
  secret_hints: ['…3fQ='],
  created_at: '2026-03-01T12:00:00.000Z',
  updated_at: '2026-03-01T12:00:00.000Z',
} as const

/** A subscription as it is answered. */
export const subscriptionAnswer = z
  .object(fields)
  .meta({ id: 'Subscription', description: 'Which events are sent to an endpoint.', examples: [example] })

const warning = z
  .object({
    code: z.enum(['secret_short', 'secret_repetitive', 'url_not_encrypted', 'host_unresolved']),
    path: z.string().meta({ description: 'A JSON pointer into the request body.' }),
    detail: z.string(),
  })
  .meta({ id: 'Warning', description: 'Something that was accepted, and should be changed nevertheless.' })

/** One of the warnings in the answer to `POST /api/webhooks`. */
export type Warning = z.output<typeof warning>

/** A subscription as it is answered once, when it was created. */
export const createdSubscriptionAnswer = z
  .object({
    ...fields,
    secret: z.string().meta({ description: 'The whole secret. No other answer ever holds it.' }),
    warnings: z.array(warning),
  })
  .meta({
    id: 'CreatedSubscription',
    description: 'A new subscription with its secret.',
    examples: [{ ...example, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw2p7n1m5+3fQ=', warnings: [] }],
  })

/** A page of subscriptions. */
export const subscriptionPage = pageOf(subscriptionAnswer, 'SubscriptionPage')

/** A subscription in the form of {@link subscriptionAnswer}. */
export function toSubscriptionAnswer(subscription: Subscription): z.output<typeof subscriptionAnswer> {
  return {
    id: subscription.id,
    url: subscription.url,
    events: [...subscription.events],
    state: subscription.state,
    state_reason: subscription.stateReason,
    held_until: subscription.heldUntil?.toISOString() ?? null,
    secret_hints: subscription.secretHints.map((hint) => `…${hint}`),
    created_at: subscription.createdAt.toISOString(),
    updated_at: subscription.updatedAt.toISOString(),
  }
}
