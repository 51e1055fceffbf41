/** KEYS: session, interactions, queue. ARGV: id, interaction id, interaction as JSON, expiry. */
export const addInteraction = `
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[2], ARGV[2], 'p' .. ARGV[3])
redis.call('ZADD', KEYS[3], ARGV[4], ARGV[1] .. '\\n' .. ARGV[2])
return 1
`

/**
 * KEYS: interactions, resolved ones in order, queue. ARGV: id, interaction id, resolution as JSON, maximum of
 * resolved ones, channel, signal as JSON. Returns the stored interaction if it was pending, or its earlier
 * resolution. Returns nothing for an unknown interaction.
 */
export const resolveInteraction = `
local found = redis.call('HGET', KEYS[1], ARGV[2])
if not found or string.sub(found, 1, 1) == 'r' then return found end
redis.call('HSET', KEYS[1], ARGV[2], 'r' .. ARGV[3])
redis.call('RPUSH', KEYS[2], ARGV[2])
while redis.call('LLEN', KEYS[2]) > tonumber(ARGV[4]) do
  local oldest = redis.call('LPOP', KEYS[2])
  redis.call('HDEL', KEYS[1], oldest)
  redis.call('ZREM', KEYS[3], ARGV[1] .. '\\n' .. oldest)
end
redis.call('PUBLISH', ARGV[5], ARGV[6])
return found
`

/** KEYS: interactions, resolved ones in order, queue. ARGV: id, interaction id. */
export const removeInteraction = `
redis.call('HDEL', KEYS[1], ARGV[2])
redis.call('LREM', KEYS[2], 1, ARGV[2])
redis.call('ZREM', KEYS[3], ARGV[1] .. '\\n' .. ARGV[2])
return 1
`
