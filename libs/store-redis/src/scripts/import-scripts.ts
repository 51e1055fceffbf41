import { eventFunctions } from './event-scripts.ts'
import { responseFunctions } from './response-scripts.ts'
import { readTime } from './session-scripts.ts'

// Each script may run twice for the same records, because it is sent again if its response was lost.

/**
 * KEYS: log of the broadcasts, skipped positions. ARGV: latest position, last trimmed position, skipped
 * positions as JSON.
 */
export const importPositions = `
if tonumber(redis.call('HGET', KEYS[1], 'n') or 0) < tonumber(ARGV[1]) then
  redis.call('HSET', KEYS[1], 'n', ARGV[1])
end
redis.call('HSET', KEYS[1], 'trimmed', ARGV[2])
redis.call('SET', KEYS[2], ARGV[3])
return 1
`

/**
 * Reserves the places of sessions in their order. KEYS: sessions, metadata bytes, serial, sessions of the owner
 * of each session. ARGV: id, metadata bytes and owner or '' of each session.
 */
export const importPlaces = `
${readTime}
for i = 4, #KEYS do
  local at = (i - 4) * 3
  local id, bytes, owner = ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  if redis.call('HEXISTS', KEYS[1], id) == 0 then
    redis.call('HSET', KEYS[1], id, bytes .. ':' .. now .. ':' .. owner)
    redis.call('INCRBY', KEYS[2], bytes)
    local serial = redis.call('INCR', KEYS[3])
    if owner ~= '' then redis.call('ZADD', KEYS[i], serial, id) end
  end
end
return 1
`

/** KEYS: session, expiry index. ARGV: id, expiry, fields and values. */
export const importSession = `
redis.call('HSET', KEYS[1], unpack(ARGV, 3))
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
return 1
`

/** KEYS: ended, their times. ARGV: id, ended session as JSON and time of each. */
export const importEnded = `
for i = 1, #ARGV, 3 do
  redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
  redis.call('ZADD', KEYS[2], ARGV[i + 2], ARGV[i])
end
return 1
`

/**
 * KEYS: as for append. ARGV: id or '', overhead, then position, id, type, time, server or '' and data of each
 * event. The position is also stored as the microseconds, which order the events of several logs: a position is
 * less than the microseconds of every later event.
 */
export const importEvents = `
local ID, OVERHEAD = ARGV[1], tonumber(ARGV[2])
${eventFunctions}
if ID ~= '' and redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local newest = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1]
local last = newest and tonumber(string.match(newest[1], '^%d+')) or 0
for i = 3, #ARGV, 6 do
  local p, data = ARGV[i], ARGV[i + 5]
  if tonumber(p) > last then
    redis.call('XADD', KEYS[2], p .. '-0', 'i', ARGV[i + 1], 'y', ARGV[i + 2], 'a', ARGV[i + 3],
      'v', ARGV[i + 4], 't', p, 'd', data)
    redis.call('HSET', KEYS[3], ARGV[i + 1], p)
    redis.call('HINCRBY', KEYS[1], 'eb', #data)
    redis.call('INCRBY', KEYS[5], #data + OVERHEAD)
  end
end
enqueue()
return 1
`

/**
 * KEYS: as for settle. ARGV: id, overhead, then request id, start of the stored response, body and order of
 * each response.
 */
export const importResponses = `
local ID, OVERHEAD = ARGV[1], tonumber(ARGV[2])
${responseFunctions}
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
for i = 3, #ARGV, 4 do
  local rid, head, body, order = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  if redis.call('HEXISTS', KEYS[2], rid) == 0 then
    redis.call('HSET', KEYS[2], rid, head .. body)
    local state = string.sub(head, 1, 1)
    if state == 's' then
      redis.call('ZADD', KEYS[3], order, rid)
      redis.call('HINCRBY', KEYS[1], 'rb', #body)
    elseif state == 'e' then
      redis.call('ZADD', KEYS[4], order, rid)
    end
    if state ~= 'l' then redis.call('INCRBY', KEYS[6], #body + OVERHEAD) end
  end
end
enqueue()
return 1
`

/**
 * KEYS: session, interactions, resolved ones in order, queue. ARGV: session id, then id, content with its kind,
 * and expiry of each interaction.
 */
export const importInteractions = `
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
for i = 2, #ARGV, 3 do
  local id, content = ARGV[i], ARGV[i + 1]
  if redis.call('HEXISTS', KEYS[2], id) == 0 then
    redis.call('HSET', KEYS[2], id, content)
    if string.sub(content, 1, 1) == 'r' then redis.call('RPUSH', KEYS[3], id) end
    redis.call('ZADD', KEYS[4], ARGV[i + 2], ARGV[1] .. '\\n' .. id)
  end
end
return 1
`
