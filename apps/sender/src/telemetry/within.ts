/**
 * Waits for what was asked, no longer than `limitMs`; the answer may still come, and nobody hears of it.
 *
 * @throws {Error} when it took longer, and what `asking` throws.
 */
export async function within<Value>(limitMs: number, asking: Promise<Value>): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`no answer within ${limitMs} ms`)), limitMs)
  try {
    return await Promise.race([asking, late])
  } finally {
    clearTimeout(timer)
  }
}
