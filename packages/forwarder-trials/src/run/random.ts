/** Numbers in [0, 1) and what is made of them, the same for the same seed. */
export interface Random {
  /** The next number. */
  next(): number
  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number
  /** One of them. @throws {RangeError} when there are none. */
  pick<Value>(values: readonly Value[]): Value
  /** A random UUID, version 4. */
  uuid(): string
}

/** Randomness that can be repeated (mulberry32). `seed` is a whole number; its low 32 bits count. */
export function createRandom(seed: number): Random {
  let state = seed | 0

  function next(): number {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  return {
    next,
    between: (from, to) => from + Math.floor(next() * (to - from + 1)),
    pick(values) {
      const picked = values[Math.floor(next() * values.length)]
      if (picked === undefined) throw new RangeError('There is nothing to pick from')
      return picked
    },
    uuid() {
      const hex = Array.from({ length: 32 }, () => Math.floor(next() * 16).toString(16))
      hex[12] = '4'
      hex[16] = (8 + Math.floor(next() * 4)).toString(16)
      const text = hex.join('')
      return [
        text.slice(0, 8),
        text.slice(8, 12),
        text.slice(12, 16),
        text.slice(16, 20),
        text.slice(20),
      ].join('-')
    },
  }
}

/** The values in another order: each moves by about `window` places at most; `Infinity` for any order. */
export function shuffled<Value>(values: readonly Value[], window: number, random: Random): readonly Value[] {
  const reach = Math.min(window, values.length)
  return values
    .map((value, index) => ({ value, at: (reach < values.length ? index : 0) + random.next() * reach }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ value }) => value)
}
