/** Times of the same thing, in milliseconds. */
export interface Timings {
  readonly p50: number
  readonly p99: number
}

/** Awaits `action` and adds the milliseconds it took to `times`. */
export async function time<Result>(times: number[], action: () => Promise<Result>): Promise<Result> {
  const begun = performance.now()
  const result = await action()
  times.push(performance.now() - begun)
  return result
}

export function summarize(times: readonly number[]): Timings {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => Number((sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(2))
  return { p50: at(0.5), p99: at(0.99) }
}
