const POLL_MS = 10

/**
 * Asks `probe` again and again until it answers with something other than `undefined` or `false`, and returns that.
 *
 * ```ts
 * const delivery = await eventually(() => log.find((line) => line.status === 'succeeded'))
 * ```
 *
 * @param deadlineMs how long to ask. Default 10,000.
 * @throws {Error} when the deadline passes; it quotes `probe`, and its cause is what `probe` threw last.
 */
export async function eventually<Answer>(
  probe: () => Answer | undefined | false | Promise<Answer | undefined | false>,
  deadlineMs = 10_000,
): Promise<Answer> {
  const deadline = performance.now() + deadlineMs
  for (;;) {
    let cause: unknown
    try {
      const answer = await probe()
      if (answer !== undefined && answer !== false) return answer
    } catch (error) {
      cause = error
    }
    if (performance.now() > deadline) {
      throw new Error(`Not within ${deadlineMs} ms: ${probe.toString()}`, { cause })
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}
