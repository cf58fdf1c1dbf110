import { useSyncExternalStore } from 'react'

const TICK_MS = 10_000
let nowMs = Date.now()
const watchers = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

/** The time in milliseconds, which moves every ten seconds; one clock for the whole page. */
export function useNow(): number {
  return useSyncExternalStore(watchClock, readClock)
}

/**
 * What is said of the time of {@link useNow}. Where many show the time, each is drawn again only when its words change.
 *
 * @param describe has to be quick: it is asked at each tick.
 */
export function useDescribedNow(describe: (nowMs: number) => string): string {
  return useSyncExternalStore(watchClock, () => describe(nowMs))
}

/** What {@link useNow} says; as old as the last watcher while nobody watches. */
export function readClock(): number {
  return nowMs
}

/** Keeps the clock going until what it returns is called. */
export function watchClock(onTick: () => void): () => void {
  watchers.add(onTick)
  if (timer === undefined) {
    // It stood still while nobody watched.
    nowMs = Date.now()
    timer = setInterval(tick, TICK_MS)
  }
  return () => {
    watchers.delete(onTick)
    if (watchers.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

function tick(): void {
  nowMs = Date.now()
  for (const watcher of watchers) watcher()
}
