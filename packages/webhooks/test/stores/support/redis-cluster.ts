import { eventually } from './eventually.ts'
import { withRedis } from './redis-records.ts'
import { type RedisServer, startRedisServer } from './redis-server.ts'

/** Starts a Redis cluster of two nodes, each with half of the slots. */
export async function startRedisCluster(): Promise<readonly RedisServer[]> {
  const nodes = await Promise.all([1, 2].map(() => startRedisServer(['--cluster-enabled', 'yes'])))
  const [first, second] = nodes.map(({ port }) => port)
  await withRedis(first!, (redis) => redis.cluster('ADDSLOTSRANGE', 0, 8191))
  await withRedis(second!, (redis) => redis.cluster('ADDSLOTSRANGE', 8192, 16_383))
  await withRedis(first!, (redis) => redis.cluster('MEET', '127.0.0.1', second!))
  await Promise.all(nodes.map(({ port }) => eventually(() => withRedis(port, isWhole))))
  return nodes
}

async function isWhole(redis: Parameters<Parameters<typeof withRedis>[1]>[0]): Promise<boolean> {
  const info = await redis.cluster('INFO')
  return info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:2')
}
