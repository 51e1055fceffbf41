/** Functions for scripts that have the keys of {@link append} and define `ID` and `OVERHEAD`. */
export const eventFunctions = `
local function dropFirst()
  local first = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)[1]
  if not first then return false end
  local fields = first[2]
  redis.call('XDEL', KEYS[2], first[1])
  redis.call('HDEL', KEYS[3], fields[2])
  redis.call('HINCRBY', KEYS[1], 'eb', 0 - #fields[12])
  redis.call('DECRBY', KEYS[5], #fields[12] + OVERHEAD)
  redis.call('HSET', KEYS[1], 'trimmed', string.match(first[1], '^%d+'))
  return true
end
local function enqueue()
  local first = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)[1]
  if first then
    redis.call('ZADD', KEYS[4], first[2][6], ID)
  else
    redis.call('ZREM', KEYS[4], ID)
    redis.call('DEL', KEYS[2])
    if redis.call('EXISTS', KEYS[4]) == 0 then redis.call('DEL', KEYS[5]) end
  end
end
`

/**
 * KEYS: session, events, event ids, queue, bytes. ARGV: id, event id, type, time, server or '', data, maximum
 * of events, of bytes, overhead, channel, signal as JSON. The id of the broadcast log is ''. Returns the
 * position, 0 if the log already has the event id, or nothing if the session does not exist.
 */
export const append = `
local ID, OVERHEAD = ARGV[1], tonumber(ARGV[9])
${eventFunctions}
if ID ~= '' and redis.call('EXISTS', KEYS[1]) == 0 then return false end
if redis.call('HEXISTS', KEYS[3], ARGV[2]) == 1 then return 0 end
-- Without this format, Lua would write a position of an imported log, which has 15 digits, with an exponent.
local n = string.format('%.0f', redis.call('HINCRBY', KEYS[1], 'n', 1))
local time = redis.call('TIME')
local micros = string.format('%.0f', time[1] * 1000000 + time[2])
redis.call('XADD', KEYS[2], n .. '-0', 'i', ARGV[2], 'y', ARGV[3], 'a', ARGV[4], 'v', ARGV[5], 't', micros, 'd', ARGV[6])
redis.call('HSET', KEYS[3], ARGV[2], n)
local bytes = redis.call('HINCRBY', KEYS[1], 'eb', #ARGV[6])
redis.call('INCRBY', KEYS[5], #ARGV[6] + OVERHEAD)
while redis.call('XLEN', KEYS[2]) > tonumber(ARGV[7]) or bytes > tonumber(ARGV[8]) do
  if not dropFirst() then break end
  bytes = tonumber(redis.call('HGET', KEYS[1], 'eb'))
end
enqueue()
redis.call('PUBLISH', ARGV[10], n .. '|' .. ARGV[11])
return tonumber(n)
`

/**
 * Drops the first event of a log, or up to 100 outdated ones. Deletes the log if its session does not exist.
 * KEYS: as for append. ARGV: id, time up to which events are dropped or '' to drop one event, overhead.
 */
export const trimEvents = `
local ID, OVERHEAD = ARGV[1], tonumber(ARGV[3])
${eventFunctions}
if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('DEL', KEYS[2], KEYS[3])
elseif ARGV[2] == '' then dropFirst() else
  for _ = 1, 100 do
    local first = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)[1]
    if not first or tonumber(first[2][6]) > tonumber(ARGV[2]) then break end
    dropFirst()
  end
end
enqueue()
return 1
`

/**
 * KEYS: session, events. ARGV: id, position or '', limit. Returns the latest position, the last trimmed one,
 * the session and the events, and 1 if the position is ahead of the log. Returns nothing if the session does
 * not exist. If a failover lost the end of the log of a session, that log continues after the position of the
 * reader, unless 100,000 positions or more are missing.
 */
export const readEvents = `
local s = redis.call('HGETALL', KEYS[1])
if ARGV[1] ~= '' and #s == 0 then return false end
local n = tonumber(redis.call('HGET', KEYS[1], 'n') or 0)
local trimmed = tonumber(redis.call('HGET', KEYS[1], 'trimmed') or 0)
if ARGV[2] == '' then return {n, trimmed, s, {}} end
local after = tonumber(ARGV[2])
if ARGV[1] ~= '' and after > n and after - n < 100000 then
  redis.call('HSET', KEYS[1], 'n', ARGV[2], 'trimmed', ARGV[2])
  return {after, after, s, {}, 1}
end
if after > n then return {n, trimmed, s, {}, 1} end
return {n, trimmed, s, redis.call('XRANGE', KEYS[2], '(' .. ARGV[2] .. '-0', '+', 'COUNT', ARGV[3])}
`
