import type { WebhookEvent } from '@complywise/webhooks'

/** An event of the forwarder's own: something that a person or the clock has said. */
export function ownEvent(
  event: 'forwarder.resolve' | 'forwarder.expired',
  eventId: string,
  nowMs: number,
  data: Readonly<Record<string, unknown>>,
): WebhookEvent {
  return { event, event_id: eventId, timestamp: new Date(nowMs).toISOString(), data }
}
