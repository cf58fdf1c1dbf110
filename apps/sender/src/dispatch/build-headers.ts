import { headerNames, sign } from '@complywise/webhooks/wire'
import type { ClaimedDelivery } from '../store/delivery-queue.ts'
import { version } from '../version.ts'

const USER_AGENT = `ComplyWise-Webhooks/${version}`

/**
 * The headers of one attempt, as the wire contract lists them.
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
    'content-type': 'application/json',
    'user-agent': USER_AGENT,
    [headerNames.event]: delivery.event,
    [headerNames.delivery]: delivery.id,
    [headerNames.attempt]: String(delivery.attempt),
    ...(await sign({ eventId, body, secrets, attemptedAt })),
  }
}
