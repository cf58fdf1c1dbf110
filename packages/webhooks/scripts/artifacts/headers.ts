import { headerNames } from '../../src/wire/headers.ts'
import type { ExampleHeaders } from './example.ts'

/** What documents say about one header of a request. */
export interface HeaderDescription {
  /** As the sender spells it. */
  readonly name: string
  readonly description: string
  /** Whether every sender of ComplyWise webhooks has always sent it. */
  readonly isRequired: boolean
  /** The JSON Schema of its value. */
  readonly schema: object
}

/** Every header of a request but `Content-Type`, in the order of `docs/wire-format.md`. */
export const headers: Readonly<Record<keyof ExampleHeaders, HeaderDescription>> = {
  [headerNames.signature]: {
    name: 'X-ComplyWise-Signature',
    description:
      '`sha256=` and the HMAC-SHA256 of the exact bytes of the body in lowercase hexadecimal, keyed with the UTF-8 ' +
      'bytes of the whole secret.',
    isRequired: true,
    schema: { type: 'string', pattern: '^sha256=[0-9a-f]{64}$' },
  },
  [headerNames.webhookId]: {
    name: 'webhook-id',
    description: 'Standard Webhooks: the `event_id`, the same on every attempt.',
    isRequired: false,
    schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,256}$' },
  },
  [headerNames.webhookTimestamp]: {
    name: 'webhook-timestamp',
    description: 'Standard Webhooks: when this attempt was made, in Unix seconds.',
    isRequired: false,
    schema: { type: 'string', pattern: '^(0|[1-9][0-9]{0,11})$' },
  },
  [headerNames.webhookSignature]: {
    name: 'webhook-signature',
    description:
      'Standard Webhooks: `v1,` and the base64 of the HMAC-SHA256 of `webhook-id.webhook-timestamp.body`. Keyed with ' +
      'what follows `whsec_` in the secret, decoded from base64; with the UTF-8 bytes of any other secret. While a ' +
      'secret is being rotated there are two, separated by a space, that of the new secret first.',
    isRequired: false,
    schema: {
      type: 'string',
      pattern: '^v[0-9]+[a-z]?,[A-Za-z0-9_+/=-]+( v[0-9]+[a-z]?,[A-Za-z0-9_+/=-]+)*$',
    },
  },
  [headerNames.contentDigest]: {
    name: 'Content-Digest',
    description:
      'RFC 9530: the SHA-256 of the body. Authenticates nothing; tells a body that was changed on the way from a ' +
      'wrong secret.',
    isRequired: false,
    schema: { type: 'string', pattern: '^sha-256=:[A-Za-z0-9+/]{43}=:$' },
  },
  [headerNames.event]: {
    name: 'X-ComplyWise-Event',
    description: 'The type of the event. Not signed.',
    isRequired: false,
    schema: { type: 'string' },
  },
  [headerNames.delivery]: {
    name: 'X-ComplyWise-Delivery',
    description: 'The id of the delivery, the same on all of its attempts; to quote to support. Not signed.',
    isRequired: false,
    schema: { type: 'string' },
  },
  [headerNames.attempt]: {
    name: 'X-ComplyWise-Attempt',
    description: 'The number of the attempt, starting at 1. Not signed.',
    isRequired: false,
    schema: { type: 'string', pattern: '^[1-9][0-9]*$' },
  },
  'user-agent': {
    name: 'User-Agent',
    description: '`ComplyWise-Webhooks/` and the version of the sender.',
    isRequired: false,
    schema: { type: 'string', pattern: '^ComplyWise-Webhooks/' },
  },
}
