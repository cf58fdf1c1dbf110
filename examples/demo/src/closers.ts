/** What has to be given back at the end, however far the start has come by then. */
export interface Closers {
  /** Is called by `close`, or at once when that was called already. */
  add(closer: () => unknown): void
  /** Calls them all, the newest first, each after the one before has ended. May be called twice. */
  close(): Promise<void>
}

/** Nothing to close yet. */
export function createClosers(): Closers {
  const closers: (() => unknown)[] = []
  let closing: Promise<void> | undefined

  async function closeAll(): Promise<void> {
    const problems: unknown[] = []
    for (let closer = closers.pop(); closer !== undefined; closer = closers.pop()) {
      try {
        await closer()
      } catch (error) {
        problems.push(error)
      }
    }
    if (problems.length > 0) throw new AggregateError(problems, `Could not stop: ${problems.join('; ')}`)
  }

  return {
    add(closer) {
      closers.push(closer)
      // Whatever comes after the end has nobody else to stop it.
      if (closing !== undefined) closing = closing.then(closeAll)
    },
    close() {
      closing ??= closeAll()
      return closing
    },
  }
}
