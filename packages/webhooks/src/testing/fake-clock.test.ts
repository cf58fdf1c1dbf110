import { expect, it } from 'vitest'
import { createReceiver } from '../receive/receiver.ts'
import { memoryStore } from '../stores/memory/index.ts'
import { fakeClock } from './fake-clock.ts'
import { signedRequest } from './signed-request.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

it('stands still until time passes or it is set', () => {
  const clock = fakeClock(new Date('2026-03-01T12:00:00Z'))
  const times = [clock.now()]
  clock.now().setFullYear(1999)
  clock.advance(1500)
  times.push(clock.now())
  clock.set(new Date('2026-02-01T00:00:00Z'))
  times.push(clock.now())
  expect(times.map((time) => time.toISOString())).toEqual([
    '2026-03-01T12:00:00.000Z',
    '2026-03-01T12:00:01.500Z',
    '2026-02-01T00:00:00.000Z',
  ])
  expect(clock.elapsedMs()).toBe(1500)
})

it('makes an attempt too old for a receiver', async () => {
  const clock = fakeClock(new Date('2026-03-01T12:00:00Z'))
  const receiver = createReceiver({ secret, now: clock.now })
  const request = await signedRequest('scan.completed', { secret, attemptedAt: clock.now() })
  expect(await receiver.verify(request)).toMatchObject({ verified: true })
  clock.advance(10 * 60_000)
  expect(await receiver.verify(request)).toMatchObject({ verified: false, code: 'attempt_too_old' })
})

it('lets a store forget what it remembers, by time that passes and not by a clock that is set', async () => {
  const clock = fakeClock()
  const store = memoryStore({ now: clock.elapsedMs })
  const terms = { leaseMs: 1000, retentionMs: 5000 }
  await store.claim('key', terms)
  clock.set(new Date(clock.now().getTime() + 3_600_000))
  expect(await store.claim('key', terms)).toEqual({ kind: 'in_progress', retryAfterMs: 1000 })
  clock.advance(1000)
  expect(await store.claim('key', terms)).toMatchObject({ kind: 'claimed' })
})
