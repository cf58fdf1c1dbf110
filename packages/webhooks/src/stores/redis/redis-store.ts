import type { Claim, DedupeStore } from '../../receive/dedupe-store.ts'
import { createRunScript, type RedisClient } from './redis-client.ts'
import { checkpointScript, claimScript, completeScript, releaseScript, renewScript } from './scripts.ts'

/** Where a {@link redisStore} keeps its records. */
export interface RedisStoreOptions {
  /**
   * A connected client of `redis` or `ioredis`, which stays yours to close. Let it reject commands while the server is
   * away, with `disableOfflineQueue: true` (`redis`) or `enableOfflineQueue: false` (`ioredis`): by default both keep them
   * for later, and a receiver then learns of an outage only from its `storeTimeoutMs`.
   */
  readonly client: RedisClient
  /** What the names of all keys begin with. Default: `complywise:webhooks:`. */
  readonly prefix?: string
}

/**
 * Remembers events in Redis 5 or later, or Valkey; for any number of processes. One hash for each event, changed by scripts
 * that touch no other key, so a cluster will do. Every record expires by itself, and leases are measured by the server's
 * clock. What the client rejects with is passed on.
 *
 * What Redis forgets, it forgets here: with `maxmemory-policy` other than `noeviction` a full server drops records, and a
 * restart (unless `appendfsync always`) or a failover loses the last changes. Such an event is handled again when it is
 * delivered again. Use `postgresStore` where that must not happen.
 *
 * @example
 * const client = createClient({ url: process.env['REDIS_URL'], disableOfflineQueue: true })
 * client.on('error', (error) => console.error('Redis', error))
 * await client.connect()
 * const receiver = createReceiver({ secret, store: redisStore({ client }) })
 */
export function redisStore({ client, prefix = 'complywise:webhooks:' }: RedisStoreOptions): DedupeStore {
  const runScript = createRunScript(client)

  async function isHeld(script: string, key: string, values: readonly (string | number)[]): Promise<boolean> {
    return Number(await runScript(script, prefix + key, values.map(String))) === 1
  }

  return {
    async claim(key, { leaseMs, retentionMs }) {
      const token = crypto.randomUUID()
      return readClaim(
        token,
        await runScript(claimScript, prefix + key, [token, `${leaseMs}`, `${retentionMs}`]),
      )
    },
    renew: ({ key, token, leaseMs, retentionMs }) => isHeld(renewScript, key, [token, leaseMs, retentionMs]),
    checkpoint: ({ key, token, retentionMs }, handler) =>
      isHeld(checkpointScript, key, [token, retentionMs, handler]),
    complete: ({ key, token, retentionMs }) => isHeld(completeScript, key, [token, retentionMs]),
    release: ({ key, token, retentionMs }) => isHeld(releaseScript, key, [token, retentionMs]),
  }
}

function readClaim(token: string, reply: unknown): Claim {
  const [kind, ...rest] = Array.isArray(reply) ? reply.map(readText) : []
  if (kind === 'claimed') return { kind, token, finished: rest }
  if (kind === 'in_progress') return { kind, retryAfterMs: Number(rest[0]) }
  if (kind === 'duplicate') return { kind }
  throw new TypeError('The Redis client has not returned what the script replied.')
}

const decoder = new TextDecoder()

/** Clients can be set up to return bytes. */
function readText(value: unknown): string {
  return value instanceof Uint8Array ? decoder.decode(value) : String(value)
}
