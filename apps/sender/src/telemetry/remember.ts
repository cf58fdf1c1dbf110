/**
 * Asks at most once in `maxAgeMs`; who asks meanwhile gets what was found last, or waits for what is being found. A
 * failure is not remembered.
 */
export function remember<Value>(ask: () => Promise<Value>, maxAgeMs: number): () => Promise<Value> {
  let asked: Promise<Value> | undefined
  let staleAt = 0
  return () => {
    if (asked !== undefined && performance.now() < staleAt) return asked
    staleAt = Infinity
    const asking = ask()
    asked = asking
    asking.then(
      () => (staleAt = performance.now() + maxAgeMs),
      () => (asked = undefined),
    )
    return asking
  }
}
