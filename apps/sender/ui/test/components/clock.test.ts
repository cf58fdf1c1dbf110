import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readClock, watchClock } from '../../src/components/clock.ts'

describe('the clock of the page', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('moves for those who watch it', () => {
    const onTick = vi.fn<() => void>()
    const stop = watchClock(onTick)
    vi.advanceTimersByTime(10_000)
    expect(onTick).toHaveBeenCalledOnce()
    expect(readClock()).toBe(Date.now())
    stop()
    vi.advanceTimersByTime(10_000)
    expect(onTick).toHaveBeenCalledOnce()
  })

  it('is right again as soon as somebody watches it', () => {
    watchClock(() => {})()
    vi.advanceTimersByTime(1_200_000)
    const stop = watchClock(() => {})
    expect(readClock()).toBe(Date.now())
    stop()
  })
})
