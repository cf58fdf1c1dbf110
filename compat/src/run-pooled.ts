/** Runs tasks in order, so many at a time. */
export async function runPooled<Result>(
  tasks: readonly (() => Promise<Result>)[],
  concurrency: number,
): Promise<readonly Result[]> {
  const results: Result[] = []
  const queue = tasks.entries()
  async function work(): Promise<void> {
    for (const [index, task] of queue) results[index] = await task()
  }
  await Promise.all(Array.from({ length: concurrency }, work))
  return results
}
