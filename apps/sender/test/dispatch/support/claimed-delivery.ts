import { randomBytes, randomUUID } from 'node:crypto'
import type { ClaimedDelivery } from '../../../src/store/delivery-queue.ts'

/** A delivery that was claimed for an endpoint. */
export function claimedDelivery(url: string, change: Partial<ClaimedDelivery> = {}): ClaimedDelivery {
  const eventId = randomUUID()
  return {
    id: randomUUID(),
    leaseId: randomUUID(),
    accountId: randomUUID(),
    subscriptionId: randomUUID(),
    eventId,
    event: 'scan.completed',
    attempt: 1,
    failures: 0,
    url,
    body: Buffer.from(`{"event":"scan.completed","event_id":"${eventId}","data":{}}`),
    secrets: [`whsec_${randomBytes(32).toString('base64')}`],
    headers: {},
    timeoutMs: null,
    isTest: false,
    isProbe: false,
    isOrdered: false,
    generation: 0,
    traceparent: null,
    ...change,
  }
}
