import { createLogger } from '@complywise/service'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Finding } from '../../src/engine/destination.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { type DestinationWatch, watchDestination } from '../../src/serve/destination-watch.ts'
import { startDueLoop } from '../../src/serve/due-loop.ts'

const logger = createLogger({ name: 'test', level: 'silent' })
const locked: Finding = { status: 'failed', code: 'paper_locked', message: 'It is locked', fix: 'Unlock it' }

test('a destination is checked now and then, so that it is ready again by itself', async () => {
  const found: readonly Finding[][] = [[locked], []]
  let checks = 0
  const watch = start({ check: () => Promise.resolve(found[checks++] ?? []), everyMs: 1 })
  expect(watch.report()).toEqual({ status: 'unavailable', detail: 'not checked yet' })
  await vi.waitFor(() => expect(watch.report()).toEqual({ status: 'ok' }))
  expect(checks).toBeGreaterThan(1)
})

test('a check that failed is made again soon, so that a moment without a network costs no minute', async () => {
  let checks = 0
  const watch = start({ check: () => Promise.resolve(checks++ < 3 ? [locked] : []), retryMs: 1 })
  await vi.waitFor(() => expect(watch.report()).toEqual({ status: 'ok' }))
  expect(checks).toBe(4)
})

test('what a check finds wrong is in the report as sentences; a warning is not', async () => {
  const warning: Finding = { status: 'warning', code: 'paper_thin', message: 'It is thin.' }
  const watch = start({ check: () => Promise.resolve([warning, locked]) })
  await vi.waitFor(() => {
    expect(watch.report()).toEqual({ status: 'unavailable', detail: 'It is locked. Unlock it.' })
  })
  expect(watch.failures()).toEqual([locked])
})

test.each([
  {
    name: 'that breaks with its signal',
    check: (signal: AbortSignal) =>
      new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')))
      }),
  },
  { name: 'that ignores its signal', check: () => new Promise<never>(() => undefined) },
  {
    name: 'that breaks at once',
    check: () => {
      throw new Error('broken')
    },
  },
])('a check $name counts as failed, and the next is made all the same', async ({ check }) => {
  let checks = 0
  const watch = start({
    check: (signal) => (checks++ === 0 ? check(signal) : Promise.resolve([])),
    timeoutMs: 10,
    everyMs: 50,
  })
  await vi.waitFor(() => expect(watch.report()).toEqual({ status: 'ok' }))
  // It is no reason to send traffic elsewhere that a check has failed.
  expect(watch.failures()).toEqual([])
  await vi.waitFor(() => expect(checks).toBeGreaterThan(1))
})

test('an outage of the destination does not make it unready, and what somebody has to do does', async () => {
  const outage: Finding = { ...locked, code: 'paper_down', message: 'It is down', isOutage: true }
  let found = [outage]
  const watch = start({ check: () => Promise.resolve(found), everyMs: 1 })
  await vi.waitFor(() => expect(watch.report()).toEqual({ status: 'ok' }))
  expect(watch.failures()).toEqual([])
  found = [outage, locked]
  await vi.waitFor(() => expect(watch.failures()).toEqual([locked]))
  expect(watch.report()).toEqual({ status: 'unavailable', detail: 'It is locked. Unlock it.' })
})

test('what a refusal and a check say of the same is reported once', async () => {
  const refused = { target: 'desk', code: locked.code, message: 'The desk is locked', fix: 'Unlock it' }
  const other = { target: 'desk', code: 'paper_wet', message: 'It is wet', fix: 'Dry it' }
  const watch = start({ check: () => Promise.resolve([locked]), refusals: [refused, other] })
  await vi.waitFor(() => {
    expect(watch.report()).toEqual({
      status: 'unavailable',
      detail: 'desk: It is wet. Dry it. It is locked. Unlock it.',
    })
  })
})

test('after a success the destination is checked without waiting, but only where something was wrong', async () => {
  let checks = 0
  const watch = start({ check: () => Promise.resolve(checks++ === 0 ? [locked] : []), hurryMs: 1 })
  await vi.waitFor(() => expect(watch.failures()).toEqual([locked]))
  watch.succeeded()
  await vi.waitFor(() => expect(watch.report()).toEqual({ status: 'ok' }))
  watch.succeeded()
  await new Promise((resolve) => setImmediate(resolve))
  expect(checks).toBe(2)
})

test('after a refusal the destination is checked without waiting for its turn', async () => {
  let checks = 0
  const watch = start({ check: () => Promise.resolve(checks++ === 0 ? [locked] : []), hurryMs: 5 })
  await vi.waitFor(() => expect(watch.failures()).toEqual([locked]))
  watch.hurry()
  await vi.waitFor(() => expect(watch.report()).toEqual({ status: 'ok' }))
})

test('rounds of what is due follow each other and never overlap, also when they fail', async () => {
  let running = 0
  let most = 0
  let rounds = 0
  const loop = startDueLoop({
    everyMs: 1,
    roundMs: 1000,
    logger,
    engine: {
      async runDue() {
        most = Math.max(most, ++running)
        await new Promise((resolve) => setImmediate(resolve))
        running -= 1
        if (++rounds % 2 === 0) throw new Error('The ledger is busy.')
      },
    },
  })
  await vi.waitFor(() => expect(rounds).toBeGreaterThan(5))
  await loop.stop(AbortSignal.abort())
  const atStop = rounds
  await new Promise((resolve) => setImmediate(resolve))
  expect([most, rounds]).toEqual([1, atStop])
})

test.each([
  { name: 'at the end of its time', roundMs: 5, patience: () => new AbortController().signal },
  { name: 'with the patience of who stops it', roundMs: 60_000, patience: () => AbortSignal.timeout(5) },
])('a round that goes on and on is aborted $name', async ({ roundMs, patience }) => {
  let isAborted = false
  const loop = startDueLoop({
    roundMs,
    logger,
    engine: {
      runDue: (signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            isAborted = true
            resolve()
          })
        }),
    },
  })
  await loop.stop(patience())
  expect(isAborted).toBe(true)
})

function start(options: {
  readonly check: (signal: AbortSignal) => Promise<readonly Finding[]>
  readonly everyMs?: number
  readonly retryMs?: number
  readonly timeoutMs?: number
  readonly hurryMs?: number
  readonly refusals?: ReturnType<Engine['operatorActions']>
}): DestinationWatch {
  const { check, refusals = [], ...times } = options
  const watch = watchDestination({
    destination: { check },
    engine: { operatorActions: () => refusals },
    logger,
    ...times,
  })
  onTestFinished(() => watch.stop())
  return watch
}
