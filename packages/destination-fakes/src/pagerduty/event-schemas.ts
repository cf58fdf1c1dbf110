import { z } from 'zod'

/** The largest event that PagerDuty accepts, in bytes of its JSON. */
export const MAX_EVENT_BYTES = 512_000

/** How much a problem matters: `critical` and `error` wake people, the others do not. */
export type Severity = (typeof severities)[number]

/** A well-formed event of `POST /v2/enqueue`. */
export type AlertEvent = z.infer<typeof alertEventSchema>

/** A well-formed event of `POST /v2/change/enqueue`. */
export type ChangeEvent = z.infer<typeof changeEventSchema>

const severities = ['critical', 'warning', 'error', 'info'] as const

/** ISO 8601, with the offset also as PagerDuty's own examples write it: `2015-07-17T08:42:58.315+0000`. */
const timestampPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}(?::?\d{2})?)?$/

const requiredText = z.string().min(1)
const routingKey = requiredText
  .refine((key) => key.length === 32, {
    error: "Length of 'routing_key' is incorrect (should be 32 characters)",
  })
  .refine((key) => /^[A-Za-z0-9]*$/.test(key), {
    error: "'routing_key' cannot contain non-alphanumeric characters.",
  })
const dedupKey = requiredText.max(255)
const timestamp = z.string().regex(timestampPattern)
const details = z.record(z.string(), z.unknown())
const link = z.object({ href: z.url({ protocol: /^https?$/ }), text: z.string().optional() })
const image = z.object({
  src: z.url({ protocol: /^https$/ }),
  href: z.url({ protocol: /^https?$/ }).optional(),
  alt: z.string().optional(),
})

const payload = z.object({
  summary: requiredText.max(1024),
  source: requiredText,
  severity: z.enum(severities),
  timestamp: timestamp.optional(),
  component: z.string().optional(),
  group: z.string().optional(),
  class: z.string().optional(),
  custom_details: details.optional(),
})

const commonFields = {
  routing_key: routingKey,
  client: z.string().optional(),
  client_url: z.string().optional(),
  links: z.array(link).optional(),
  images: z.array(image).optional(),
}

/** What `POST /v2/enqueue` accepts. Only triggers need a payload, and only they may leave out their key. */
export const alertEventSchema = z.discriminatedUnion('event_action', [
  z.object({
    ...commonFields,
    event_action: z.literal('trigger'),
    dedup_key: dedupKey.optional(),
    payload,
  }),
  z.object({
    ...commonFields,
    event_action: z.enum(['acknowledge', 'resolve']),
    dedup_key: dedupKey,
    payload: payload.partial().optional(),
  }),
])

/** What `POST /v2/change/enqueue` accepts: there are neither severities, nor images, nor keys to deduplicate by. */
export const changeEventSchema = z.object({
  routing_key: routingKey.refine((key) => !key.startsWith('R'), {
    error: "'routing_key' belongs to a ruleset, which takes no change events",
  }),
  payload: z.object({
    summary: requiredText.max(1024),
    source: z.string().optional(),
    timestamp: timestamp.optional(),
    custom_details: details.optional(),
  }),
  links: z.array(link).optional(),
  dedup_key: z.undefined().optional(),
  event_action: z.undefined().optional(),
  images: z.undefined().optional(),
})
