/** Runs a task when its turn comes. */
export type Pool = <Result>(task: () => Promise<Result>) => Promise<Result>

/** Makes a pool that runs so many tasks at a time, the others in the order in which they were given. */
export function createPool(size: number): Pool {
  let free = size
  const waiting: (() => void)[] = []
  return async (task) => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await task()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free += 1
    }
  }
}
