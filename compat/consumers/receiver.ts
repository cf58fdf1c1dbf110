// What a consumer writes with the core, compiled with its published types. It is never run.
import {
  assertExhaustive,
  createReceiver,
  isKnownEvent,
  NonRetryableError,
  type Receiver,
  type ReceiverOptions,
  RetryLaterError,
  type WebhookEvent,
} from '@complywise/webhooks'
import { webhookHandler } from '@complywise/webhooks/fetch'
import { memoryStore } from '@complywise/webhooks/memory'
import { eventFixture, signedRequest } from '@complywise/webhooks/testing'
import { sign, verify } from '@complywise/webhooks/wire'

const options: ReceiverOptions = {
  secret: [
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    { id: 'previous', value: 'a text', notAfter: new Date() },
  ],
  store: memoryStore(),
  name: 'consumer',
  onRejected: ({ code, status }) => `${code} ${status}`,
}

export const receiver: Receiver = createReceiver(options)
  .on('scan.completed', ({ data }, { deliveryId, signal }) => {
    const passed: number = data.passed
    if (signal.aborted) throw new RetryLaterError(passed, `${deliveryId} was aborted`)
    // @ts-expect-error a field that the event does not have
    return data.nothing
  })
  .on('compliance.control_failed', async ({ data }) => {
    // @ts-expect-error a text
    const id: number = data.control_id
    throw new NonRetryableError(`${id}`)
  })
  .onAny(describe)

// @ts-expect-error a type that is not in the catalog
receiver.on('scan.nothing', () => undefined)

function describe(event: WebhookEvent): string {
  if (!isKnownEvent(event)) return event.event
  switch (event.event) {
    case 'scan.completed':
    case 'scan.failed':
    case 'compliance.control_failed':
    case 'compliance.score_changed':
    case 'evidence.uploaded':
    case 'integration.disconnected':
      return event.event_id
    default:
      return assertExhaustive(event)
  }
}

export const POST: (request: Request) => Promise<Response> = webhookHandler(receiver)

/** Signs, verifies, and sends what a test would. */
export async function roundTrip(body: Uint8Array, secrets: readonly string[]): Promise<boolean> {
  const headers = await sign({ eventId: 'id', body, attemptedAt: new Date(), secrets })
  const verification = await verify({ body, headers, secrets })
  await signedRequest(eventFixture('scan.completed'), { secret: secrets[0] ?? '' })
  return verification.verified && verification.secretIndex === 0
}
