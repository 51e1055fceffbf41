/** Removes a conversation. `evicted` receives its id. */
const remove = `
local function remove(base, id, evicted)
  local key = base .. 'conversation:' .. id
  local index = redis.call('HGET', key, 'index')
  local bytes = redis.call('HGET', key, 'bytes')
  if redis.call('DECRBY', base .. 'bytes', bytes or 0) <= 0 then redis.call('DEL', base .. 'bytes') end
  redis.call('DEL', key, base .. 'log:' .. id)
  redis.call('ZREM', base .. 'listed', id)
  if index then redis.call('ZREM', index, id) end
  evicted[#evicted + 1] = id
end
`

/**
 * KEYS: conversation, index of the listed conversations of the owner, index of all listed ones, total of bytes.
 * ARGV: prefix of all keys, id, owner, title, time of creation, time of the update, whether it is listed, data,
 * maximum number of listed conversations of the owner, maximum of all bytes, and optionally the expected time
 * of the previous update. Returns the ids of the conversations that were removed, or 0 if the previous update
 * had another time.
 */
export const saveConversation = `
${remove}
local base, id, listed = ARGV[1], ARGV[2], ARGV[7]
if ARGV[11] and (redis.call('HGET', KEYS[1], 'updatedAt') or '0') ~= ARGV[11] then return 0 end
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('HSET', KEYS[1], 'owner', ARGV[3], 'createdAt', ARGV[5], 'bytes', 0, 'index', KEYS[2])
end
redis.call('HSET', KEYS[1], 'title', ARGV[4], 'updatedAt', ARGV[6], 'isListed', listed, 'data', ARGV[8])
for _, index in ipairs({ KEYS[2], KEYS[3] }) do
  if listed == '1' then redis.call('ZADD', index, ARGV[6], id) else redis.call('ZREM', index, id) end
end
local evicted = {}
local excess = redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[9])
if excess > 0 then
  for _, each in ipairs(redis.call('ZRANGE', KEYS[2], 0, excess - 1)) do remove(base, each, evicted) end
end
while tonumber(redis.call('GET', KEYS[4]) or 0) > tonumber(ARGV[10]) do
  local oldest = redis.call('ZRANGE', KEYS[3], 0, 1)
  local each = oldest[1] == id and oldest[2] or oldest[1]
  if not each then break end
  remove(base, each, evicted)
end
return evicted
`

/** KEYS: conversation. ARGV: prefix of all keys, id, owner. Returns whether the owner had the conversation. */
export const removeConversation = `
${remove}
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[3] then return 0 end
remove(ARGV[1], ARGV[2], {})
return 1
`

/**
 * KEYS: conversation, log, total of bytes. ARGV: maximum number of bytes of the log, then position, run, time,
 * kind and data of each entry. Returns the position of the last removed entry. Returns nothing if no entry was
 * removed or the conversation does not exist.
 */
export const appendEntries = `
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
local added = 0
for index = 2, #ARGV, 5 do
  redis.call('XADD', KEYS[2], ARGV[index] .. '-0', 'run', ARGV[index + 1], 'at', ARGV[index + 2],
    'kind', ARGV[index + 3], 'data', ARGV[index + 4])
  added = added + #ARGV[index + 4]
end
local bytes = redis.call('HINCRBY', KEYS[1], 'bytes', added)
local removed, trimmedTo = 0, false
while bytes - removed > tonumber(ARGV[1]) do
  local first = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)[1]
  if not first then break end
  removed = removed + #first[2][8]
  redis.call('XDEL', KEYS[2], first[1])
  trimmedTo = first[1]
end
redis.call('HINCRBY', KEYS[1], 'bytes', 0 - removed)
redis.call('INCRBY', KEYS[3], added - removed)
return trimmedTo
`
