import { eventTypes, inspectSecret } from '@complywise/webhooks'
import { z } from 'zod'
import { checkCustomHeaders, MASK } from '../domain/custom-headers.ts'
import { describeUrlProblem, parseEndpointUrl } from '../domain/endpoint-url.ts'
import { checkEventPattern } from '../domain/event-pattern.ts'
import { fieldIssue } from '../http/validation.ts'
import type { SubscriptionChanges } from '../store/change-subscription.ts'

/** An endpoint, normalized; whether its port and addresses are permitted is not asked here. */
export const endpoint = z
  .string()
  .transform((text, context) => {
    const endpoint = parseEndpointUrl(text)
    if (endpoint.valid) return endpoint.url
    context.issues.push(fieldIssue(endpoint.problem, describeUrlProblem(endpoint.problem), text))
    return z.NEVER
  })
  .meta({ description: 'Where to send events: https:, or http: with a warning. At most 2,048 characters.' })

const events = z
  .array(z.string())
  .min(1)
  .max(100)
  .check(({ value, issues }) => {
    for (const [index, pattern] of value.entries()) {
      const checked = checkEventPattern(pattern, eventTypes)
      if (!checked.valid) {
        const detail = `No event of the catalog matches this. Did you mean ${checked.nearest}?`
        issues.push({ ...fieldIssue('invalid_value', detail, pattern), path: [index] })
      } else if (value.indexOf(pattern) !== index) {
        issues.push({ ...fieldIssue('duplicate', `${pattern} is listed already.`, pattern), path: [index] })
      }
    }
  })
  .meta({
    description:
      'Event types, `compliance.*` for all whose names begin so, or `*` for all; those of later versions included.',
  })

const secret = z
  .string()
  .max(512)
  .check(({ value, issues }) => {
    const inspection = inspectSecret(value)
    if (!inspection.usable) issues.push(fieldIssue(inspection.code, inspection.detail, undefined))
  })

const description = z.string().max(500).meta({ description: 'What it is for, in your words.' })

// Enough for any number of headers that could be sent.
const headerValue = z.string().max(10_000)

const headers = z
  .record(z.string(), headerValue)
  .transform((given, context) => {
    const checked = checkCustomHeaders(given)
    if (checked.valid) return checked.headers
    context.issues.push(...headerIssues(checked.problems))
    return z.NEVER
  })
  .meta({
    description:
      'Headers to add to each request, at most 20; such as `Authorization` for a gateway before the receiver. Values that look like credentials are never shown again.',
  })

const timeout = z.int().min(1000).max(30_000).nullable().meta({
  description:
    'Time for one attempt in milliseconds, from looking up the name to the last byte of the answer; `null` for what the operator has set.',
})

const isOrdered = z.boolean().meta({
  description:
    'Whether deliveries are made one at a time, in the order in which the events were published. One that fails keeps all later ones waiting until it succeeds or is given up.',
})

const contactEmail = z
  .email()
  .max(254)
  .nullable()
  .meta({ description: 'Who is told by e-mail when attempts begin to fail, and when it is disabled.' })

/** The body of `POST /api/webhooks`. */
export const createSubscriptionBody = z
  .strictObject({
    url: endpoint,
    events,
    secret: secret
      .optional()
      .meta({ description: 'What the signatures are made with. Generated when absent.' }),
    description: description.default(''),
    headers: headers.optional(),
    timeout_ms: timeout.default(null),
    is_ordered: isOrdered.default(false),
    contact_email: contactEmail.default(null),
    state: z
      .enum(['active', 'paused'])
      .default('active')
      .meta({ description: '`paused` to keep events until it is resumed.' }),
  })
  .meta({
    id: 'CreateSubscription',
    examples: [
      { url: 'https://your-endpoint.com/hook', events: ['scan.completed'], secret: 'your-secret' },
      { url: 'https://example.com/webhooks', events: ['*'] },
      {
        url: 'https://example.com/webhooks/controls',
        events: ['compliance.*', 'scan.failed'],
        description: 'Opens tickets for failing controls',
        headers: { 'X-Team': 'security' },
        timeout_ms: 5000,
        is_ordered: true,
        contact_email: 'oncall@example.com',
        state: 'paused',
      },
    ],
  })

const headerChanges = z
  .record(z.string(), headerValue.nullable())
  .transform((given, context) => {
    // What is removed, or masked, has to have a possible name too; any value will do for that. The store knows whether
    // there is such a value for the mask to stand for.
    const checked = checkCustomHeaders(
      mapValues(given, (value) => (value === null || value === MASK ? '-' : value)),
    )
    if (checked.valid) return mapNames(given, (name) => name.toLowerCase())
    context.issues.push(...headerIssues(checked.problems))
    return z.NEVER
  })
  .nullable()
  .meta({
    description:
      'Headers to set; `null` as a value removes one, `null` in place of the object all. A value that is masked in answers may be sent back as it is shown: then it stays.',
  })

/** The body of `PATCH /api/webhooks/{id}`. */
export const changeSubscriptionBody = z
  .strictObject(
    {
      url: endpoint.optional(),
      events: events.optional(),
      description: description.nullable().optional(),
      headers: headerChanges.optional(),
      timeout_ms: timeout.optional(),
      is_ordered: isOrdered.nullable().optional(),
      contact_email: contactEmail.optional(),
    },
    { error: explainElsewhere },
  )
  .meta({
    id: 'ChangeSubscription',
    description: 'A merge patch (RFC 7396): what is absent stays, `null` sets a field to its default.',
    examples: [
      { events: ['compliance.*', 'scan.failed'] },
      { headers: { 'x-team': 'platform', 'x-old': null }, timeout_ms: null },
    ],
  })

// What a subscription has, but no change of it may set.
function explainElsewhere(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code !== 'unrecognized_keys') return undefined
  const keys: readonly string[] = issue.keys
  const operations = [
    ...(keys.includes('state') ? ['The state is changed by POST to /pause, /resume and /enable.'] : []),
    ...(keys.includes('secret') ? ['The secret is changed by POST to /rotate-secret.'] : []),
  ]
  return operations.length === 0 ? undefined : operations.join(' ')
}

/** The body of `POST /api/webhooks/{id}/rotate-secret`. */
export const rotateSecretBody = z
  .strictObject({
    secret: secret.optional().meta({
      description:
        'The new secret, which the receiver has been given beside the old one. Generated when absent.',
    }),
    overlap_seconds: z
      .int()
      .min(0)
      .max(7 * 24 * 3600)
      .default(24 * 3600)
      .meta({
        description:
          'How long the old secrets go on signing beside the new one; 0 when one of them has leaked.',
      }),
  })
  .default({ overlap_seconds: 24 * 3600 })
  .meta({
    id: 'RotateSecret',
    examples: [
      { secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDfEOdm/AhJDs=', overlap_seconds: 86_400 },
      { overlap_seconds: 0 },
    ],
  })

/** The body of `POST /api/webhooks/{id}/test`. */
export const testSubscriptionBody = z
  .strictObject({
    event: z
      .enum(['webhook.test', ...eventTypes])
      .default('webhook.test')
      .meta({
        description:
          'An event type, whose example is sent as if it had happened, or `webhook.test`, which receivers ignore.',
      }),
  })
  .default({ event: 'webhook.test' })
  .meta({ id: 'TestSubscription', examples: [{}, { event: 'compliance.control_failed' }] })

/** The store's changes for a body. */
export function toChanges(body: z.output<typeof changeSubscriptionBody>): SubscriptionChanges {
  return {
    ...(body.url !== undefined && { url: body.url.href }),
    ...(body.events !== undefined && { events: body.events }),
    ...(body.description !== undefined && { description: body.description ?? '' }),
    ...(body.headers !== undefined && { headers: body.headers }),
    ...(body.timeout_ms !== undefined && { timeoutMs: body.timeout_ms }),
    ...(body.is_ordered !== undefined && { isOrdered: body.is_ordered ?? false }),
    ...(body.contact_email !== undefined && { contactEmail: body.contact_email }),
  }
}

type HeaderProblems = Extract<ReturnType<typeof checkCustomHeaders>, { readonly valid: false }>['problems']

function headerIssues(problems: HeaderProblems): readonly z.core.$ZodRawIssue[] {
  return problems.map(({ pointer, code, detail }) => ({
    ...fieldIssue(code, detail, undefined),
    path: pointer === '' ? [] : [pointer.slice(1).replaceAll('~1', '/').replaceAll('~0', '~')],
  }))
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  map: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]))
}

function mapNames<Value>(
  record: Readonly<Record<string, Value>>,
  map: (name: string) => string,
): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [map(name), value]))
}
