/**
 * Does `work` for each of `items`, begun in their order, with at most `limit` of them under way at the same time. When one
 * rejects, it rejects at once; those that are under way go on.
 */
export async function atMost<Item>(
  limit: number,
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  // Whoever is free takes the next one.
  const queue = items.values()
  const workers = Array.from({ length: Math.min(limit, items.length) }, async () => {
    for (const item of queue) await work(item)
  })
  await Promise.all(workers)
}
