import { headerNames, sign } from '@complywise/webhooks/wire'
import { maskHeaderValue } from '../domain/custom-headers.ts'
import type { ClaimedDelivery } from '../store/delivery-queue.ts'
import { userAgent } from '../version.ts'

/**
 * The headers of one attempt, as the wire contract lists them, and the customer's own, which override none of them.
 *
 * @param attemptedAt the attempt's time; it is signed.
 * @see docs/wire-format.md
 */
export async function buildHeaders(
  delivery: ClaimedDelivery,
  attemptedAt: Date,
): Promise<Record<string, string>> {
  const { eventId, body, secrets } = delivery
  return {
    ...delivery.headers,
    'content-type': 'application/json',
    'user-agent': userAgent,
    [headerNames.event]: delivery.event,
    [headerNames.delivery]: delivery.id,
    [headerNames.attempt]: String(delivery.attempt),
    ...(await sign({ eventId, body, secrets, attemptedAt })),
  }
}

/**
 * All headers as they go over the wire, in their order, with those that HTTP itself needs. Of the customer's own, values
 * that look like credentials are masked.
 */
export function recordHeaders(
  url: URL,
  headers: Readonly<Record<string, string>>,
  delivery: Pick<ClaimedDelivery, 'headers' | 'body'>,
): Readonly<Record<string, string>> {
  const recorded: Record<string, string> = { host: url.host, connection: 'keep-alive', ...headers }
  for (const [name, value] of Object.entries(delivery.headers)) {
    if (recorded[name] === value) recorded[name] = maskHeaderValue(name, value)
  }
  recorded['content-length'] = String(delivery.body.byteLength)
  return recorded
}
