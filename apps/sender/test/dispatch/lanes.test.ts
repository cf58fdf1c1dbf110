import { describe, expect, test } from 'vitest'
import type { Answer } from '../../src/dispatch/adaptive-limit.ts'
import { createLanes, type LaneLimits, type Lanes } from '../../src/dispatch/lanes.ts'
import type { ClaimedDelivery, LaneRoom } from '../../src/store/delivery-queue.ts'
import { claimedDelivery } from './support/claimed-delivery.ts'

/** Lanes that a test fills and empties as a dispatcher would. */
interface Bench {
  readonly lanes: Lanes
  /** Asks for a claim at `now`. */
  readonly take: (now?: number) => readonly LaneRoom[]
  /** What a claim brings that finds as much as it asks for, or as `found` says. */
  readonly claim: (
    now?: number,
    found?: (lane: LaneRoom) => readonly ClaimedDelivery[],
  ) => readonly LaneRoom[]
  readonly answer: (delivery: ClaimedDelivery, signal?: Answer['signal'], now?: number) => void
  /** Attempts in flight. */
  readonly inFlight: ClaimedDelivery[]
}

function bench(limits: Partial<LaneLimits> = {}): Bench {
  const lanes = createLanes({ maxInFlight: 100, maxInFlightPerSubscription: 64, ...limits })
  const inFlight: ClaimedDelivery[] = []
  return {
    lanes,
    inFlight,
    take: (now = 0) => lanes.take(inFlight.length, now),
    claim(now = 0, found = (lane) => firstAttempts(lane.subscriptionId, lane.room)) {
      const asked = lanes.take(inFlight.length, now)
      const deliveries = asked.flatMap(found)
      inFlight.push(...deliveries)
      lanes.took(asked, deliveries, now)
      return asked
    },
    answer(delivery, signal = 'success', now = 1) {
      inFlight.splice(inFlight.indexOf(delivery), 1)
      lanes.answered(delivery.subscriptionId, { signal, beganAt: now, tookMs: 1 }, now)
      lanes.left(delivery, now)
    },
  }
}

function firstAttempts(subscriptionId: string, count: number): readonly ClaimedDelivery[] {
  return Array.from({ length: count }, () => claimedDelivery('http://127.0.0.1/', { subscriptionId }))
}

function retries(subscriptionId: string, count: number): readonly ClaimedDelivery[] {
  return firstAttempts(subscriptionId, count).map((delivery) => ({ ...delivery, failures: 1, attempt: 2 }))
}

/** Makes a lane known as healthy, with everything that it may have allowed. */
function warmUp({ lanes, claim, answer, inFlight }: Bench, subscriptionId: string): void {
  for (let round = 0; round < 6; round += 1) {
    lanes.expect(subscriptionId, 0)
    claim(0)
    for (const delivery of inFlight.slice()) {
      if (delivery.subscriptionId === subscriptionId) answer(delivery)
    }
  }
  // The claim that finds nothing more.
  lanes.took(lanes.take(inFlight.length, 0), [], 0)
}

function roomOf(asked: readonly LaneRoom[], subscriptionId: string): LaneRoom | undefined {
  return asked.find((lane) => lane.subscriptionId === subscriptionId)
}

describe('slots', () => {
  test('are shared equally among the lanes that are ready', () => {
    const { lanes, take } = bench({ maxInFlight: 10 })
    for (const id of ['a', 'b', 'c']) lanes.expect(id, 0)
    expect(take().map(({ subscriptionId }) => subscriptionId)).toEqual(['a', 'b', 'c'])
    const { lanes: wide, take: takeWide } = bench()
    for (const id of ['a', 'b', 'c']) wide.expect(id, 0)
    expect(takeWide()).toEqual(
      ['a', 'b', 'c'].map((subscriptionId) => ({ subscriptionId, room: 4, retryRoom: 4 })),
    )
  })

  test('go in turn to more lanes than there are slots', () => {
    const { lanes } = bench({ maxInFlight: 2 })
    for (const id of ['a', 'b', 'c']) lanes.expect(id, 0)
    const first = lanes.take(0, 0).map((lane) => lane.subscriptionId)
    for (const id of first) lanes.expect(id, 0)
    const second = lanes.take(0, 0).map((lane) => lane.subscriptionId)
    expect([first, second]).toEqual([
      ['a', 'b'],
      ['c', 'a'],
    ])
  })

  test('that are all taken give nothing, and every lane keeps its place', () => {
    const { lanes } = bench({ maxInFlight: 1 })
    lanes.expect('a', 0)
    expect(lanes.take(1, 0)).toEqual([])
    expect(lanes.take(0, 0)).toHaveLength(1)
  })

  test('are held by retries and by lanes in trouble up to a half', () => {
    const scene = bench()
    const dead = Array.from({ length: 40 }, (_, n) => `dead ${n}`)
    for (const id of dead) scene.lanes.expect(id, 0)
    // All of them are unknown at first, and never answer.
    for (let n = 0; n < 20; n += 1) scene.claim(n)
    expect(scene.inFlight.length).toBe(50)
    expect(scene.lanes.stats(0).riskyInFlight).toBe(50)
  })

  test('that get free one at a time go to both, healthy lanes and those in trouble', () => {
    const scene = bench({ maxInFlight: 4, maxInFlightPerSubscription: 1 })
    for (const id of ['troubled', 'healthy']) scene.lanes.expect(id, 0)
    scene.claim()
    for (const delivery of scene.inFlight.slice()) {
      scene.answer(delivery, delivery.subscriptionId === 'healthy' ? 'success' : 'failure')
    }
    const served = Array.from({ length: 6 }, (_, n) => {
      for (const id of ['troubled', 'healthy']) scene.lanes.expect(id, n)
      return scene.lanes.take(3, n).map((lane) => lane.subscriptionId)
    })
    expect(new Set(served.flat())).toEqual(new Set(['troubled', 'healthy']))
    expect(served.every((lanes) => lanes.length === 1)).toBe(true)
  })

  test('remain for a lane that was never seen, even when none is left for lanes in trouble', () => {
    const scene = bench()
    for (let n = 0; n < 40; n += 1) scene.lanes.expect(`dead ${n}`, 0)
    for (let n = 0; n < 20; n += 1) scene.claim(n)
    scene.lanes.expect('new', 20)
    const asked = scene.claim(20)
    expect(asked).toEqual([{ subscriptionId: 'new', room: 1, retryRoom: 0 }])
    scene.answer(scene.inFlight.at(-1)!, 'success', 21)
    // Once it has answered, it is one of the healthy ones.
    expect(scene.claim(22)).toEqual([{ subscriptionId: 'new', room: 4, retryRoom: 0 }])
  })

  test('of a quarter are kept from lanes that hold four already', () => {
    const scene = bench({ maxInFlight: 100, maxInFlightPerSubscription: 64 })
    for (const id of ['a', 'b', 'c']) warmUp(scene, id)
    for (const id of ['a', 'b', 'c']) scene.lanes.expect(id, 0)
    // Healthy a moment ago, they hang all together.
    for (let n = 0; n < 10; n += 1) scene.claim(0)
    // The last of them had fewer than four when three quarters were full.
    expect(scene.inFlight.length).toBe(79)
    scene.lanes.expect('other', 0)
    expect(roomOf(scene.take(0), 'other')).toMatchObject({ room: 4 })
  })

  test('of a quarter are kept from any number of lanes that were never seen', () => {
    const scene = bench()
    warmUp(scene, 'healthy')
    for (let n = 0; n < 200; n += 1) scene.lanes.expect(`hangs ${n}`, 0)
    for (let n = 0; n < 20; n += 1) scene.claim(n)
    expect(scene.inFlight.length).toBe(75)
    scene.lanes.expect('healthy', 20)
    expect(scene.claim(20)).toEqual([{ subscriptionId: 'healthy', room: 4, retryRoom: 0 }])
    // Where one of them ends, the next has its turn.
    for (const delivery of scene.inFlight.slice(0, 6)) scene.answer(delivery, 'failure', 21)
    expect(scene.take(21)).toHaveLength(2)
  })

  test('are lent to first attempts of a healthy lane while its retries have to wait', () => {
    const scene = bench()
    warmUp(scene, 'healthy')
    for (let n = 0; n < 40; n += 1) scene.lanes.expect(`dead ${n}`, 0)
    for (let n = 0; n < 20; n += 1) scene.claim(n)
    scene.lanes.expect('healthy', 20)
    expect(roomOf(scene.take(20), 'healthy')).toMatchObject({ room: 29, retryRoom: 0 })
  })
})

describe('a lane', () => {
  test('with all its attempts in flight is passed over and keeps its place', () => {
    const scene = bench({ maxInFlightPerSubscription: 2 })
    scene.lanes.expect('busy', 0)
    scene.claim()
    scene.lanes.expect('free', 0)
    expect(scene.take().map((lane) => lane.subscriptionId)).toEqual(['free'])
    scene.answer(scene.inFlight[0]!)
    expect(scene.take()).toEqual([{ subscriptionId: 'busy', room: 1, retryRoom: 1 }])
  })

  test('sleeps until the earliest instant it was expected at', () => {
    const { lanes, take } = bench()
    for (const instant of [500, 300, 900]) lanes.expect('a', instant)
    expect(lanes.nextReadyAt).toBe(300)
    expect(take(299)).toEqual([])
    expect(take(300)).toHaveLength(1)
    expect(lanes.nextReadyAt).toBe(Infinity)
  })

  test('that was taken is forgotten until it is expected again', () => {
    const { lanes, take } = bench()
    lanes.expect('a', 0)
    take()
    expect(take()).toEqual([])
    lanes.expect('a', 0)
    expect(take()).toHaveLength(1)
  })

  test('that gave all that it was asked for is ready again, one that gave less is not', () => {
    const scene = bench()
    scene.lanes.expect('full', 0)
    scene.lanes.expect('empty', 0)
    scene.claim(0, ({ subscriptionId, room }) =>
      firstAttempts(subscriptionId, subscriptionId === 'full' ? room : room - 1),
    )
    for (const delivery of scene.inFlight.slice()) scene.answer(delivery)
    expect(scene.take().map((lane) => lane.subscriptionId)).toEqual(['full'])
  })

  test.each([
    ['probed', { isProbe: true }],
    ['in strict order', { isOrdered: true }],
  ])('that is %s is not asked again for what comes only after its answer', (_name, change) => {
    const scene = bench({ maxInFlightPerSubscription: 1 })
    scene.lanes.expect('a', 0)
    scene.claim(0, ({ subscriptionId }) => [{ ...firstAttempts(subscriptionId, 1)[0]!, ...change }])
    scene.answer(scene.inFlight[0]!)
    expect(scene.take()).toEqual([])
  })

  test('that was probed begins with one attempt, and doubles from there', () => {
    const scene = bench()
    warmUp(scene, 'a')
    scene.lanes.expect('a', 0)
    scene.claim(0, ({ subscriptionId }) => [{ ...firstAttempts(subscriptionId, 1)[0]!, isProbe: true }])
    const rooms: number[] = []
    for (let now = 1; now <= 4; now += 1) {
      for (const delivery of scene.inFlight.slice()) scene.answer(delivery, 'success', now)
      scene.lanes.expect('a', now)
      rooms.push(scene.claim(now)[0]?.room ?? 0)
    }
    expect(rooms).toEqual([2, 4, 8, 16])
  })

  test('that rested begins with four attempts, also when it had many', () => {
    const scene = bench()
    warmUp(scene, 'a')
    scene.lanes.expect('a', 1000)
    expect(scene.take(1000)[0]?.room).toBe(64)
    scene.lanes.expect('a', 20_000)
    expect(scene.take(20_000)[0]?.room).toBe(4)
  })

  test('that rested is one also when it was asked for in vain meanwhile', () => {
    const scene = bench()
    warmUp(scene, 'a')
    for (let now = 1000; now < 20_000; now += 1000) {
      scene.lanes.expect('a', now)
      scene.claim(now, () => [])
    }
    scene.lanes.expect('a', 20_000)
    expect(scene.take(20_000)[0]?.room).toBe(4)
  })

  test('is forgotten when it was not used for long, and only then', () => {
    const scene = bench()
    for (const id of ['done', 'waits', 'sleeps']) scene.lanes.expect(id, 0)
    scene.claim(0, () => [])
    scene.lanes.expect('waits', 0)
    scene.lanes.take(100, 0)
    scene.lanes.expect('sleeps', 10_000_000)
    scene.lanes.forgetIdle(1000)
    expect(scene.lanes.stats(0).known).toBe(3)
    scene.lanes.forgetIdle(1_000_000)
    expect(scene.lanes.stats(1_000_000)).toMatchObject({ known: 2, ready: 1, sleeping: 1 })
  })
})

describe('retries that got no slot', () => {
  test('are asked for once slots for them are free, and not before', () => {
    const scene = bench({ maxInFlight: 20 })
    warmUp(scene, 'a')
    for (let n = 0; n < 10; n += 1) scene.lanes.expect(`dead ${n}`, 0)
    for (let n = 0; n < 10; n += 1) scene.claim(n)
    scene.lanes.expect('a', 10)
    // It has retries only.
    const asked = scene.claim(10, ({ subscriptionId, retryRoom }) => retries(subscriptionId, retryRoom))
    expect(roomOf(asked, 'a')).toMatchObject({ retryRoom: 0 })
    expect(scene.take(11)).toEqual([])
    scene.answer(
      scene.inFlight.find((delivery) => delivery.subscriptionId !== 'a')!,
      'overload',
      12,
    )
    expect(roomOf(scene.take(13), 'a')).toMatchObject({ retryRoom: 1 })
  })

  test('do not hide new first attempts of their lane', () => {
    const scene = bench({ maxInFlight: 20 })
    warmUp(scene, 'a')
    for (let n = 0; n < 10; n += 1) scene.lanes.expect(`dead ${n}`, 0)
    for (let n = 0; n < 10; n += 1) scene.claim(n)
    scene.lanes.expect('a', 10)
    scene.claim(10, () => [])
    scene.lanes.expect('a', 11)
    expect(roomOf(scene.take(11), 'a')).toMatchObject({ retryRoom: 0 })
  })
})

test('the summary tells what there is', () => {
  const scene = bench()
  scene.lanes.expect('a', 0)
  scene.lanes.expect('b', 0)
  scene.claim()
  scene.lanes.expect('c', 500)
  scene.answer(scene.inFlight[0]!, 'overload')
  expect(scene.lanes.stats(0)).toEqual({
    known: 2,
    ready: 2,
    sleeping: 1,
    troubled: 1,
    riskyInFlight: 7,
    limits: { lowest: 2, mean: 3, highest: 4 },
  })
})
