/** The value that `share` (0 to 1) of `values` do not exceed, interpolated between neighbors; NaN if there are none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const position = (sorted.length - 1) * share
  const below = sorted[Math.floor(position)] ?? Number.NaN
  const above = sorted[Math.ceil(position)] ?? Number.NaN
  return below + (above - below) * (position % 1)
}

/** The value in the middle; NaN if there is none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}
