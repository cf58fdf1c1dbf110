/** Lets one at a time in, for each key, in the order of asking; keeps nothing for keys that nobody is in. */
export interface KeyMutex {
  /** Resolves with what lets the next one in, to be called once; `undefined` when `signal` aborted before. */
  enter(key: string, signal: AbortSignal): Promise<(() => void) | undefined>
  /** Resolves once nobody is in. */
  idle(): Promise<void>
}

/** A {@link KeyMutex} for this process. */
export function createKeyMutex(): KeyMutex {
  const queues = new Map<string, (() => void)[]>()
  const idlers: (() => void)[] = []

  function leave(key: string): void {
    const next = queues.get(key)?.shift()
    if (next) return next()
    queues.delete(key)
    if (queues.size === 0) for (const idler of idlers.splice(0)) idler()
  }

  return {
    async enter(key, signal) {
      if (signal.aborted) return undefined
      const queue = queues.get(key)
      if (!queue) {
        queues.set(key, [])
        return () => leave(key)
      }
      const isIn = await new Promise<boolean>((resolve) => {
        const enter = (): void => {
          signal.removeEventListener('abort', giveUp)
          resolve(true)
        }
        const giveUp = (): void => {
          queue.splice(queue.indexOf(enter), 1)
          resolve(false)
        }
        signal.addEventListener('abort', giveUp, { once: true })
        queue.push(enter)
      })
      return isIn ? () => leave(key) : undefined
    },
    idle: () =>
      queues.size === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            idlers.push(resolve)
          }),
  }
}
