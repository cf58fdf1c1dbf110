import { Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { answer } from './actor.ts'
import { makeDeliveries, type MinimalRequest } from './minimal-sender.ts'
import { type Delivery, signedPost } from './signed-post.ts'

const QUEUE = 'deliveries'
const STORE_BATCH = 1000

const connection = new Redis(process.env['REDIS_URL'] ?? '', { maxRetriesPerRequest: null })
const queue = new Queue<Delivery>(QUEUE, {
  connection,
  // Ten attempts with a growing wait, as the sender makes. What is done stays, as the sender's log does.
  defaultJobOptions: { attempts: 10, backoff: { type: 'exponential', delay: 10_000 } },
})
let workers = 0

// The least that BullMQ's documentation shows: one queue for all endpoints, one worker.
answer<MinimalRequest, object>(async (request) => {
  if ('store' in request) {
    await queue.obliterate({ force: true })
    const deliveries = makeDeliveries(request.urls, request.body, request.store)
    for (let start = 0; start < deliveries.length; start += STORE_BATCH) {
      const batch = deliveries.slice(start, start + STORE_BATCH)
      await queue.addBulk(batch.map((data) => ({ name: 'delivery', data })))
    }
    return {}
  }
  await deliver(request.deliver, request.concurrency)
  return {}
})

async function deliver(count: number, concurrency: number): Promise<void> {
  const { promise: done, resolve, reject } = Promise.withResolvers<void>()
  const worker = new Worker<Delivery>(QUEUE, (job) => signedPost(job.data), {
    connection,
    concurrency,
    name: `worker-${++workers}`,
  })
  let completed = 0
  worker.on('completed', () => {
    completed += 1
    if (completed === count) resolve()
  })
  worker.on('failed', (_job, error) => reject(error))
  worker.on('error', reject)
  try {
    await done
  } finally {
    await worker.close()
  }
}
