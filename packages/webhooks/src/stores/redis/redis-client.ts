import { WebhookError } from '../../errors.ts'
import { encodeHex } from '../../wire/encoding.ts'

/** A client of the package `redis` (node-redis, 4 or later): a single client, a pool, a cluster or a sentinel. */
export interface NodeRedisClient {
  eval(script: string, options: NodeRedisEvalOptions): Promise<unknown>
  evalSha(sha1: string, options: NodeRedisEvalOptions): Promise<unknown>
}

/** What node-redis passes to a script. */
export interface NodeRedisEvalOptions {
  keys: string[]
  arguments: string[]
}

/** A client of the package `ioredis` (4 or later): a `Redis` or a `Cluster`. */
export interface IoredisClient {
  eval(script: string, numberOfKeys: number, ...keysAndArguments: string[]): Promise<unknown>
  evalsha(sha1: string, numberOfKeys: number, ...keysAndArguments: string[]): Promise<unknown>
}

/** A connected client of either package. They are told apart by `evalSha` and `evalsha`. */
export type RedisClient = NodeRedisClient | IoredisClient

/** Runs a script on the one key that it touches; a cluster finds the script's node by it. */
export type RunScript = (script: string, key: string, values: readonly string[]) => Promise<unknown>

/**
 * Runs scripts by their digest, and sends a script's text only to a server that does not have it: one that is new, was
 * restarted or failed over to.
 *
 * @throws {WebhookError} `option_invalid` when `client` is of neither package.
 */
export function createRunScript(client: RedisClient): RunScript {
  if (!('evalSha' in client || 'evalsha' in client)) {
    throw new WebhookError(
      'option_invalid',
      'client must be a client of the package redis (4 or later) or ioredis.',
    )
  }
  const digests = new Map<string, Promise<string>>()

  return async function runScript(script, key, values) {
    try {
      return await evaluateDigest(client, await digestOf(script), key, values)
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
      return evaluate(client, script, key, values)
    }
  }

  function digestOf(script: string): Promise<string> {
    const known = digests.get(script)
    if (known !== undefined) return known
    const digest = sha1(script)
    digests.set(script, digest)
    return digest
  }
}

function evaluateDigest(
  client: RedisClient,
  digest: string,
  key: string,
  values: readonly string[],
): Promise<unknown> {
  return 'evalSha' in client
    ? client.evalSha(digest, { keys: [key], arguments: [...values] })
    : client.evalsha(digest, 1, key, ...values)
}

function evaluate(
  client: RedisClient,
  script: string,
  key: string,
  values: readonly string[],
): Promise<unknown> {
  return 'evalSha' in client
    ? client.eval(script, { keys: [key], arguments: [...values] })
    : client.eval(script, 1, key, ...values)
}

async function sha1(text: string): Promise<string> {
  return encodeHex(new Uint8Array(await crypto.subtle.digest('SHA-1', new TextEncoder().encode(text))))
}
