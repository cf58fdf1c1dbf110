import { fileURLToPath } from 'node:url'
import { type Actor, startActor } from './actor.ts'
import { startBenchRedis } from './redis-server.ts'
import type { Delivery } from './signed-post.ts'

/** What a minimal sender, in a process of its own, can be asked for. */
export type MinimalRequest =
  /** To store so many deliveries, without sending any. */
  | { readonly store: number; readonly urls: readonly string[]; readonly body: string }
  /** To send them, so many at once, and to answer once every outcome is stored. */
  | { readonly deliver: number; readonly concurrency: number }

/** `count` deliveries, to the endpoints in turn. */
export function makeDeliveries(urls: readonly string[], body: string, count: number): readonly Delivery[] {
  return Array.from({ length: count }, (_, index) => ({
    url: urls[index % urls.length]!,
    eventId: crypto.randomUUID(),
    body,
  }))
}

/** A sender that somebody might write in an afternoon on a library for jobs. */
export interface MinimalSender {
  readonly name: string
  readonly actor: Actor<MinimalRequest, object>
}

/** The minimal senders that can run here. */
export interface MinimalSenders {
  readonly senders: readonly MinimalSender[]
  readonly facts: readonly string[]
  close(): Promise<void>
}

/**
 * Starts the minimal senders, each in a process of its own: on BullMQ with a Redis of its own, and on pg-boss in the
 * sender's database. They sign and post and record what is done; they know neither lanes nor attempts nor disabling.
 */
export async function startMinimalSenders(
  databaseUrl: string,
  dataDirectory: string | undefined,
): Promise<MinimalSenders> {
  const redis = await startBenchRedis(dataDirectory)
  const bullmq =
    redis && (await start('minimal sender on BullMQ', './bullmq-sender.ts', { REDIS_URL: redis.url }))
  const pgBoss = await start('minimal sender on pg-boss', './pg-boss-sender.ts', {
    DATABASE_URL: databaseUrl,
  })
  const senders = bullmq === undefined ? [pgBoss] : [bullmq, pgBoss]
  return {
    senders,
    facts: [redis?.fact ?? 'no redis-server here, so BullMQ was left out'],
    async close() {
      for (const { actor } of senders) await actor.stop()
      await redis?.close()
    },
  }
}

async function start(
  name: string,
  path: string,
  env: Readonly<Record<string, string>>,
): Promise<MinimalSender> {
  return { name, actor: await startActor(fileURLToPath(import.meta.resolve(path)), env) }
}
