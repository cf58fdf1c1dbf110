import { Redis } from 'ioredis'

const shift = `
for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do
  if redis.call('HEXISTS', key, 'until') == 1 then redis.call('HINCRBYFLOAT', key, 'until', -ARGV[2]) end
  redis.call('PEXPIRE', key, string.format('%.0f', redis.call('PTTL', key) - ARGV[2]))
end`

/** Does to the records below `prefix` what the passing of time would, on each of the servers. */
export async function ageRecords(ports: readonly number[], prefix: string, ms: number): Promise<void> {
  await Promise.all(ports.map((port) => withRedis(port, (redis) => redis.eval(shift, 0, prefix, ms))))
}

/** Does something on a connection of its own. */
export async function withRedis<Result>(
  port: number,
  work: (redis: Redis) => Promise<Result>,
): Promise<Result> {
  const redis = new Redis({ port, lazyConnect: true })
  try {
    await redis.connect()
    return await work(redis)
  } finally {
    redis.disconnect()
  }
}
