export { redisStore } from './redis-store.ts'
export type { RedisStoreOptions } from './redis-store.ts'
export type { IoredisClient, NodeRedisClient, NodeRedisEvalOptions, RedisClient } from './redis-client.ts'
