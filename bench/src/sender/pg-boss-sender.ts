import { PgBoss } from 'pg-boss'
import { answer } from './actor.ts'
import { makeDeliveries, type MinimalRequest } from './minimal-sender.ts'
import { type Delivery, signedPost } from './signed-post.ts'

const QUEUE = 'deliveries'
const STORE_BATCH = 1000
/** Jobs of one fetch, which are sent together and completed together: far faster than one by one. */
const BATCH = 64

const boss = new PgBoss({ connectionString: process.env['DATABASE_URL'] ?? '', max: 10 })
boss.on('error', (error) => console.error(error))
await boss.start()
await boss.createQueue(QUEUE, { retryLimit: 9, retryDelay: 10, retryBackoff: true })

answer<MinimalRequest, object>(async (request) => {
  if ('store' in request) {
    await boss.deleteAllJobs(QUEUE)
    const deliveries = makeDeliveries(request.urls, request.body, request.store)
    for (let start = 0; start < deliveries.length; start += STORE_BATCH) {
      await boss.insert(
        QUEUE,
        deliveries.slice(start, start + STORE_BATCH).map((data) => ({ data })),
      )
    }
    return {}
  }
  // As many batches at once as come to the concurrency that all contenders have.
  const loops = Math.max(1, Math.round(request.concurrency / BATCH))
  await Promise.all(Array.from({ length: loops }, deliver))
  return {}
})

async function deliver(): Promise<void> {
  for (;;) {
    const jobs = await boss.fetch<Delivery>(QUEUE, { batchSize: BATCH })
    if (jobs.length === 0) return
    await Promise.all(jobs.map((job) => signedPost(job.data)))
    await boss.complete(
      QUEUE,
      jobs.map((job) => job.id),
    )
  }
}
