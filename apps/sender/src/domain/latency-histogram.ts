/**
 * How many durations fell between each two bounds: element `n` counts those from bound `n - 1` to below bound `n`, the
 * last element those from the last bound on. A shorter array has zeros at its end.
 */
export type LatencyHistogram = readonly number[]

const BOUNDS = 33

/**
 * The bounds in milliseconds, from 1 to 65,536, each √2 times the one before: what is read out of a histogram is wrong by
 * less than that factor. The database has the same, see `webhooks.latency_bin`.
 */
export const latencyBounds: readonly number[] = Array.from({ length: BOUNDS }, (_, n) => 2 ** (n / 2))

/** Which element counts a duration, in milliseconds. */
export function latencyBin(durationMs: number): number {
  const bin = latencyBounds.findIndex((bound) => durationMs < bound)
  return bin === -1 ? BOUNDS : bin
}

/** The histogram that counts all that any of `histograms` does. */
export function addHistograms(histograms: readonly LatencyHistogram[]): LatencyHistogram {
  const length = Math.max(0, ...histograms.map((histogram) => histogram.length))
  return Array.from({ length }, (_, bin) => {
    let sum = 0
    for (const histogram of histograms) sum += histogram[bin] ?? 0
    return sum
  })
}

/**
 * The duration, in milliseconds, that a share `quantile` (0 to 1) of those counted did not exceed, assuming that they
 * are spread evenly between two bounds. `null` when none was counted; above all bounds it is the last one.
 */
export function quantileOf(histogram: LatencyHistogram, quantile: number): number | null {
  let total = 0
  for (const count of histogram) total += count
  if (total === 0) return null
  const rank = quantile * total
  let below = 0
  for (const [bin, count] of histogram.entries()) {
    if (count > 0 && below + count >= rank) return interpolate(bin, (rank - below) / count)
    below += count
  }
  return latencyBounds.at(-1) ?? null
}

function interpolate(bin: number, share: number): number {
  const upper = latencyBounds[Math.min(bin, BOUNDS - 1)] ?? 0
  const lower = bin === 0 ? 0 : (latencyBounds[bin - 1] ?? 0)
  return lower + (upper - lower) * share
}
