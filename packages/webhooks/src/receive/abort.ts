/**
 * Aborts `controller` when one of `signals` does, with its reason.
 *
 * @returns the end of it: a signal that lives as long as the process must not keep what was linked to it.
 */
export function linkAbort(
  controller: AbortController,
  signals: readonly (AbortSignal | undefined)[],
): () => void {
  const unlinks = signals.map((signal) => {
    const abort = (): void => controller.abort(signal?.reason)
    if (signal?.aborted) abort()
    signal?.addEventListener('abort', abort)
    return () => signal?.removeEventListener('abort', abort)
  })
  return () => {
    for (const unlink of unlinks) unlink()
  }
}
