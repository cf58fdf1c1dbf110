import { Cluster, Redis } from 'ioredis'
import { createClient, createCluster } from 'redis'
import type { RedisClient } from '../../../src/stores/redis/index.ts'
import { eventually } from './eventually.ts'

/** A client of a Redis server, as an application sets it up. */
export interface ConnectedClient {
  readonly client: RedisClient
  /** Resolves once it can be used, after a restart of the server. */
  readonly ready: () => Promise<void>
  readonly close: () => void
}

/** How each package connects to a server on a port of 127.0.0.1. */
export const connectTo = {
  async 'node-redis'(port: number): Promise<ConnectedClient> {
    const url = `redis://127.0.0.1:${port}`
    const client = createClient({ url, disableOfflineQueue: true, socket: { reconnectStrategy: 20 } })
    client.on('error', () => undefined)
    await client.connect()
    return { client, ready: () => eventually(() => client.isReady), close: () => client.destroy() }
  },
  async ioredis(port: number): Promise<ConnectedClient> {
    const client = new Redis({ port, enableOfflineQueue: false, retryStrategy: () => 20 })
    client.on('error', () => undefined)
    await eventually(() => client.status === 'ready')
    return {
      client,
      ready: () => eventually(() => client.status === 'ready'),
      close: () => client.disconnect(),
    }
  },
}

/** The same for a cluster that the server is a node of. */
export const connectToCluster = {
  async 'node-redis'(port: number): Promise<ConnectedClient> {
    const client = createCluster({ rootNodes: [{ url: `redis://127.0.0.1:${port}` }] })
    client.on('error', () => undefined)
    await client.connect()
    return { client, ready: async () => undefined, close: () => client.destroy() }
  },
  async ioredis(port: number): Promise<ConnectedClient> {
    const client = new Cluster([{ host: '127.0.0.1', port }])
    client.on('error', () => undefined)
    await eventually(() => client.status === 'ready')
    return { client, ready: async () => undefined, close: () => client.disconnect() }
  },
}
