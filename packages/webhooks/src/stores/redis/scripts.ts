// Every record is one hash under one key: `token` and `until` of the claim that holds it, `done` once it is completed,
// and a field `handler:<name>` for each checkpoint. It always has an expiry. Time is the server's own.

// Numbers are formatted by hand: Lua writes large ones with an exponent, and a time in ms need not be whole.
const clock = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function whole(number) return string.format('%.0f', math.ceil(number)) end
`

/** Leaves unless the claim with the token `ARGV[1]` holds the event. */
const fence = `
local record = redis.call('HMGET', KEYS[1], 'token', 'done')
if record[1] ~= ARGV[1] or record[2] then return 0 end
`

/**
 * Claims an event. `ARGV`: a new token, `leaseMs`, `retentionMs`. Answers with a `Claim`'s kind, followed by the finished
 * handlers or by `retryAfterMs`.
 */
export const claimScript = `${clock}
local record = redis.call('HMGET', KEYS[1], 'token', 'until', 'done')
if record[3] then return {'duplicate'} end
-- A client that lost the connection may send a claim again: its own token is no obstacle.
if record[1] and record[1] ~= ARGV[1] and tonumber(record[2]) > now then
  return {'in_progress', whole(record[2] - now)}
end
redis.call('HSET', KEYS[1], 'token', ARGV[1], 'until', whole(now + ARGV[2]))
redis.call('PEXPIRE', KEYS[1], whole(math.max(ARGV[2], ARGV[3])))
local reply = {'claimed'}
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
  if string.sub(field, 1, 8) == 'handler:' then table.insert(reply, string.sub(field, 9)) end
end
return reply
`

/** Renews a claim. `ARGV`: its token, `leaseMs`, `retentionMs`. Answers 1, or 0 when it is not held. */
export const renewScript = `${clock}${fence}
redis.call('HSET', KEYS[1], 'until', whole(now + ARGV[2]))
redis.call('PEXPIRE', KEYS[1], whole(math.max(ARGV[2], ARGV[3])))
return 1
`

/** Adds a checkpoint. `ARGV`: the token, `retentionMs`, the handler. Answers 1, or 0 when it is not held. */
export const checkpointScript = `${clock}${fence}
redis.call('HSET', KEYS[1], 'handler:' .. ARGV[3], '')
-- Not before the lease ends.
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], whole(ARGV[2])) end
return 1
`

/** Completes an event. `ARGV`: the token, `retentionMs`. Answers 1, again and again, or 0 when it is not held. */
export const completeScript = `${clock}
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'token', ARGV[1], 'done', '1')
redis.call('PEXPIRE', KEYS[1], whole(ARGV[2]))
return 1
`

/** Gives an event back. `ARGV`: the token, `retentionMs`. Answers 1, or 0 when it is not held. */
export const releaseScript = `${clock}${fence}
redis.call('HDEL', KEYS[1], 'token', 'until')
redis.call('PEXPIRE', KEYS[1], whole(ARGV[2]))
return 1
`
