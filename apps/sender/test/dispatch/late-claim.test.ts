import { createLogger } from '@complywise/service'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createDispatcher, LEASE_MARGIN_MS } from '../../src/dispatch/dispatcher.ts'
import type { AttemptResult } from '../../src/domain/outcome.ts'
import type { ClaimedDelivery, DeliveryQueue } from '../../src/store/delivery-queue.ts'

// Only the clock is set, as it is found after a process was suspended; timers go on as they are.
beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(() => vi.useRealTimers())

const delivery: ClaimedDelivery = {
  id: 'delivery',
  leaseId: 'lease',
  subscriptionId: 'lane',
  eventId: 'event',
  event: 'scan.completed',
  attempt: 1,
  failures: 0,
  url: 'http://127.0.0.1/',
  body: new Uint8Array(),
  secrets: [],
}

it.each([
  ['is attempted when the rest of its lease is enough for an attempt', LEASE_MARGIN_MS, 1],
  ['is left to whoever claims it next when its lease could end during the attempt', LEASE_MARGIN_MS + 1, 0],
])('what a slow claim brings %s', async (_, tookMs, expected) => {
  const attempted: string[] = []
  const asked = Promise.withResolvers<void>()
  let claims = 0
  const queue: DeliveryQueue = {
    async claim() {
      claims += 1
      if (claims > 1) {
        asked.resolve()
        return { deliveries: [], waiting: [] }
      }
      vi.setSystemTime(Date.now() + tookMs)
      return { deliveries: [delivery], waiting: [] }
    },
    settle: async () => new Set([delivery.id]),
    findWaitingLanes: async () => [{ subscriptionId: delivery.subscriptionId, readyInMs: 0 }],
  }
  const dispatcher = createDispatcher({
    queue,
    attempter: {
      async attempt({ id }): Promise<AttemptResult> {
        attempted.push(id)
        return { outcome: 'succeeded', startedAt: new Date(), durationMs: 1 }
      },
      cancelAll: () => undefined,
      close: async () => undefined,
    },
    retryPolicy: { baseMs: 1000, factor: 1, capMs: 1000, maxAttempts: 1 },
    limits: { maxInFlight: 1, maxInFlightPerSubscription: 1, attemptTimeoutMs: 1000 },
    logger: createLogger({ name: 'test', level: 'silent' }),
  })
  dispatcher.start()
  await asked.promise
  await dispatcher.stop(1000)
  expect(attempted).toHaveLength(expected)
})
