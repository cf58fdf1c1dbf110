import { createLogger } from '@complywise/service'
import { expect, test } from 'vitest'
import { createSettler } from '../../src/dispatch/settler.ts'
import type { AttemptResult } from '../../src/domain/outcome.ts'
import type { DeliveryQueue, Settlement } from '../../src/store/delivery-queue.ts'
import { eventually } from '../support/eventually.ts'
import { claimedDelivery } from './support/claimed-delivery.ts'

const logger = createLogger({ name: 'test', level: 'silent' })
const onHealth = async (): Promise<void> => undefined

function settlements(count: number): readonly Settlement[] {
  return Array.from({ length: count }, () => ({
    delivery: claimedDelivery('http://127.0.0.1/'),
    result: { outcome: 'succeeded', startedAt: new Date(), durationMs: 1 },
    verdict: { status: 'succeeded', retryInMs: null, isFailure: false, endpoint: 'ok' },
  }))
}

/** A queue that behaves as `settle` says, and else takes everything. */
function queueThat(
  settle: (ids: readonly string[]) => void,
): Pick<DeliveryQueue, 'settle'> & { readonly batches: (readonly string[])[] } {
  const batches: (readonly string[])[] = []
  return {
    batches,
    async settle(all) {
      const ids = all.map(({ delivery }) => delivery.id)
      batches.push(ids)
      settle(ids)
      return { ids: new Set(ids), health: [] }
    },
  }
}

function databaseError(code: string): Error {
  return Object.assign(new Error('refused'), { code })
}

test('what arrives while a batch is written forms the next one', async () => {
  const queue = queueThat(() => undefined)
  const settler = createSettler({ queue, logger, onHealth })
  const all = settlements(40)
  await Promise.all(all.map((settlement) => settler.settle(settlement)))
  expect(queue.batches.map((batch) => batch.length)).toEqual([1, 39])
})

test('an outcome that the database refuses spoils no other of its batch', async () => {
  const all = settlements(100)
  // Whatever is left out.
  const refused = new Set([all[17]!.delivery.id, all[18]!.delivery.id, all[90]!.delivery.id])
  const queue = queueThat((ids) => {
    if (ids.some((id) => refused.has(id))) throw databaseError('22P05')
  })
  const settler = createSettler({ queue, logger, onHealth })
  const recorded = await Promise.all(all.map((settlement) => settler.settle(settlement)))
  expect(recorded.map(({ isRecorded }) => isRecorded)).toEqual(
    all.map(({ delivery }) => !refused.has(delivery.id)),
  )
})

test('an outcome whose details the database refuses is written without them', async () => {
  const [plain, odd] = settlements(2)
  const result: AttemptResult = {
    ...odd!.result,
    httpStatus: 200,
    detail: 'odd',
    responseBody: Buffer.from('odd'),
    requestHeaders: { odd: 'odd' },
  }
  const written: AttemptResult[] = []
  const queue: Pick<DeliveryQueue, 'settle'> = {
    async settle(all) {
      if (all.some((one) => one.result.detail === 'odd')) throw databaseError('22P05')
      written.push(...all.map((one) => one.result))
      return { ids: new Set(all.map((one) => one.delivery.id)), health: [] }
    },
  }
  const settler = createSettler({ queue, logger, onHealth })
  const all = [plain!, { ...odd!, result }].map((settlement) => settler.settle(settlement))
  expect(await Promise.all(all)).toMatchObject([{ isRecorded: true }, { isRecorded: true }])
  const { outcome, startedAt, durationMs } = result
  expect(written[1]).toEqual({
    outcome,
    startedAt,
    durationMs,
    httpStatus: 200,
    detail: 'The database refused the details of this attempt.',
  })
})

test('what the database cannot take now is tried again until it can', async () => {
  let failures = 2
  const queue = queueThat(() => {
    failures -= 1
    if (failures >= 0) throw databaseError('57P03')
  })
  const settler = createSettler({ queue, logger, onHealth })
  const [settlement] = settlements(1)
  expect(await settler.settle(settlement!)).toMatchObject({ isRecorded: true })
  expect(queue.batches).toHaveLength(3)
})

test.each([
  ['waits for a lock for too long', '55P03'],
  ['is canceled', '57014'],
])(
  'where a batch %s, its lanes are written apart, and what comes of the culprit waits beside the others',
  async (_name, code) => {
    const all = settlements(100)
    const [culprit, later] = [all[17]!, all[99]!]
    const { subscriptionId } = culprit.delivery
    const others = all.filter((one) => one !== culprit && one !== later)
    const second = { ...later, delivery: { ...later.delivery, subscriptionId } }
    let isHeld = true
    const held = new Set([culprit.delivery.id, second.delivery.id])
    const queue = queueThat((ids) => {
      if (isHeld && ids.some((id) => held.has(id))) throw databaseError(code)
    })
    const settler = createSettler({ queue, logger, onHealth })
    const settling = [culprit, ...others].map((one) => settler.settle(one))
    expect(await Promise.all(settling.slice(1))).toEqual(
      others.map(() => expect.objectContaining({ isRecorded: true })),
    )
    const settlingSecond = settler.settle(second)
    await settler.settle(settlements(1)[0]!)
    const isTriedWithOthers = queue.batches.some((ids) => ids.length > 1 && ids.includes(second.delivery.id))
    isHeld = false
    expect(await Promise.all([settling[0], settlingSecond])).toMatchObject([
      { isRecorded: true },
      { isRecorded: true },
    ])
    expect(isTriedWithOthers).toBe(false)
    expect(queue.batches.at(-1)).toEqual([culprit.delivery.id, second.delivery.id])
  },
)

test('after giving up nothing that takes too long is tried again either', async () => {
  const queue = queueThat(() => {
    throw databaseError('55P03')
  })
  const settler = createSettler({ queue, logger, onHealth })
  const settling = settlements(3).map((settlement) => settler.settle(settlement))
  await eventually(() => queue.batches.length >= 3)
  settler.giveUp()
  expect((await Promise.all(settling)).map(({ isRecorded }) => isRecorded)).toEqual([false, false, false])
})

test('after giving up nothing is tried twice, and what waited is let go at once', async () => {
  const queue = queueThat(() => {
    throw databaseError('57P03')
  })
  const settler = createSettler({ queue, logger, onHealth })
  const [first, second] = settlements(2)
  const waiting = settler.settle(first!)
  settler.giveUp()
  expect(await waiting).toMatchObject({ isRecorded: false })
  expect(await settler.settle(second!)).toMatchObject({ isRecorded: false })
  expect(queue.batches.length).toBeLessThanOrEqual(3)
})
