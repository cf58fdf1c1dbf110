import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type LiveConnection, watchDeliveries } from '../../src/api/live.ts'

/** A stream as the browser has it, which the test opens and ends. */
class FakeStream extends EventTarget {
  static readonly CLOSED = 2
  readyState = 0

  constructor() {
    super()
    streams.push(this)
  }

  close(): void {
    this.readyState = FakeStream.CLOSED
  }

  refuse(): void {
    this.close()
    this.dispatchEvent(new Event('error'))
  }
}

const streams: FakeStream[] = []
const page = Object.assign(new EventTarget(), { visibilityState: 'visible' })
let end = (): void => {}

beforeEach(() => {
  vi.useFakeTimers()
  streams.length = 0
  page.visibilityState = 'visible'
  vi.stubGlobal('EventSource', FakeStream)
  vi.stubGlobal('document', page)
  vi.stubGlobal('fetch', async () => new Response(null, { status: 429 }))
})
afterEach(() => {
  end()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

test('a page that is opened in the background connects once it is seen', () => {
  page.visibilityState = 'hidden'
  watch()
  expect(streams).toHaveLength(0)
  show('visible')
  expect(streams).toHaveLength(1)
})

test('a page that nobody sees any more gives its stream back, and takes another when it is seen', () => {
  watch()
  show('hidden')
  vi.advanceTimersByTime(10_000)
  expect(openCount()).toBe(0)
  show('visible')
  expect(openCount()).toBe(1)
})

test('a page that is seen again soon keeps its stream', () => {
  watch()
  show('hidden')
  vi.advanceTimersByTime(5000)
  show('visible')
  vi.advanceTimersByTime(60_000)
  expect(streams).toHaveLength(1)
  expect(openCount()).toBe(1)
})

test('a stream that was refused is tried again', async () => {
  const states = watch()
  streams[0]?.refuse()
  await vi.advanceTimersByTimeAsync(2000)
  expect(states).toEqual(['connecting', 'reconnecting', 'refused'])
  expect(openCount()).toBe(1)
})

test('a stream that is refused to a page that nobody sees is not tried again until it is seen', async () => {
  watch()
  show('hidden')
  streams[0]?.refuse()
  await vi.advanceTimersByTimeAsync(120_000)
  expect(streams).toHaveLength(1)
  show('visible')
  expect(openCount()).toBe(1)
})

function watch(): readonly LiveConnection[] {
  const states: LiveConnection[] = []
  end = watchDeliveries(
    {},
    { changed: () => {}, reset: () => {}, connection: (state) => void states.push(state) },
  )
  return states
}

function show(state: 'visible' | 'hidden'): void {
  page.visibilityState = state
  page.dispatchEvent(new Event('visibilitychange'))
}

function openCount(): number {
  return streams.filter(({ readyState }) => readyState !== FakeStream.CLOSED).length
}
