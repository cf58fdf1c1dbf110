const POLL_MS = 10
const DEADLINE_MS = 30_000

/**
 * Asks `probe` again and again until it answers `true`; what it throws meanwhile counts as no.
 *
 * @throws {Error} when the deadline passes; its cause is what `probe` threw last.
 */
export async function eventually(probe: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + DEADLINE_MS
  for (;;) {
    let cause: unknown
    try {
      if (await probe()) return
    } catch (error) {
      cause = error
    }
    if (performance.now() > deadline)
      throw new Error(`Not within ${DEADLINE_MS} ms: ${probe.toString()}`, { cause })
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}
