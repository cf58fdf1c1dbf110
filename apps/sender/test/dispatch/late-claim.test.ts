import { createLogger } from '@complywise/service'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createDispatcher, LEASE_MS } from '../../src/dispatch/dispatcher.ts'
import type { AttemptResult } from '../../src/domain/outcome.ts'
import type { DeliveryQueue } from '../../src/store/delivery-queue.ts'
import { claimedDelivery } from './support/claimed-delivery.ts'

// Only the clock is set, as it is found after a process was suspended; timers go on as they are.
beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(() => vi.useRealTimers())

const delivery = claimedDelivery('http://127.0.0.1/')

it.each([
  ['is attempted while most of its lease is left', LEASE_MS / 2, [delivery.id], []],
  ['is given back when its lease could end before it is renewed', LEASE_MS / 2 + 1000, [], [delivery.id]],
])('what a slow claim brings %s', async (_, tookMs, expectedAttempts, expectedReleases) => {
  const attempted: string[] = []
  const released: string[] = []
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
    extend: async () => new Map([[delivery.id, true]]),
    async release(leases) {
      released.push(...leases.map(({ id }) => id))
    },
    settle: async () => ({ ids: new Set([delivery.id]), health: [] }),
    findWaitingLanes: async () => [{ subscriptionId: delivery.subscriptionId, readyInMs: 0 }],
  }
  const dispatcher = createDispatcher({
    queue,
    attempter: {
      async attempt({ id }): Promise<AttemptResult> {
        attempted.push(id)
        return { outcome: 'succeeded', startedAt: new Date(), durationMs: 1 }
      },
      abort: () => undefined,
      cancelAll: () => undefined,
      close: async () => undefined,
    },
    retryPolicy: { baseMs: 1000, factor: 1, capMs: 1000, maxAttempts: 1 },
    limits: { maxInFlight: 1, maxInFlightPerSubscription: 1 },
    logger: createLogger({ name: 'test', level: 'silent' }),
  })
  dispatcher.start()
  await asked.promise
  await dispatcher.stop(1000)
  expect([attempted, released]).toEqual([expectedAttempts, expectedReleases])
})
