import { forEachItem } from './for-each-item.ts'

/** Sets `now` to the time of Redis, in milliseconds. */
export const readTime = `
local time = redis.call('TIME')
local now = math.floor(time[1] * 1000 + time[2] / 1000)
`

/**
 * KEYS: session, expiry index. ARGV: id, version that the caller has read. Returns the expiry if the session
 * has this version, otherwise the fields and the expiry, or nothing if the session does not exist.
 */
export const readSession = forEachItem(`
local expiry = redis.call('ZSCORE', KEYS[2], ARGV[1])
if expiry and redis.call('HGET', KEYS[1], 'version') == ARGV[2] then return expiry end
local s = redis.call('HGETALL', KEYS[1])
if #s == 0 then return false end
return {s, expiry}
`)

/**
 * KEYS: session, expiry index. ARGV: id, expiry, time up to which it can be created, fields and values.
 * Returns whether this was in time. After that time, the place of the session may have been released, and the
 * session would be missing in every list.
 */
export const createSession = `
${readTime}
if now > tonumber(ARGV[3]) then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV, 4))
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
return 1
`

/** KEYS: session. ARGV: server, new version. Returns whether the session is live. */
export const addServer = `
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], 'server:' .. ARGV[1], 1, 'version', ARGV[2])
return 1
`

/**
 * Returns whether a session exists, or may still be created. Gives the session an expiry if its expiry was
 * lost. KEYS: session, expiry index. ARGV: id, current time, time up to which the session can be created.
 */
export const inspectSession = `
${readTime}
local ttl = redis.call('HGET', KEYS[1], 'ttlMs')
if not ttl then return now > tonumber(ARGV[3]) and 0 or 1 end
if not redis.call('ZSCORE', KEYS[2], ARGV[1]) then
  redis.call('ZADD', KEYS[2], ARGV[2] + ttl, ARGV[1])
end
return 1
`

/**
 * Ends a session. Also deletes the remaining keys of a session whose hash is lost, for example after Redis
 * evicted it. KEYS: session, expiry index, responses, order, evicted, events, event ids, interactions, their
 * order, response queue, response bytes, event queue, event bytes. ARGV: id, latest expiry at which it is ended
 * or '' to end it in any case, channel, reason, overhead of an entry. Returns the fields and the expiry, or
 * nothing if the session does not exist or has a later expiry.
 */
export const endSession = `
local s = redis.call('HGETALL', KEYS[1])
local expiry = redis.call('ZSCORE', KEYS[2], ARGV[1])
if #s > 0 and ARGV[2] ~= '' and expiry and tonumber(expiry) > tonumber(ARGV[2]) then return false end
local overhead = tonumber(ARGV[5])
local kept = redis.call('ZCARD', KEYS[4]) + redis.call('ZCARD', KEYS[5])
local rb = tonumber(redis.call('HGET', KEYS[1], 'rb') or 0) + kept * overhead
local eb = tonumber(redis.call('HGET', KEYS[1], 'eb') or 0) + redis.call('XLEN', KEYS[6]) * overhead
if rb > 0 then redis.call('DECRBY', KEYS[11], rb) end
if eb > 0 then redis.call('DECRBY', KEYS[13], eb) end
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[10], ARGV[1])
redis.call('ZREM', KEYS[12], ARGV[1])
redis.call('UNLINK', KEYS[1], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8], KEYS[9])
if redis.call('EXISTS', KEYS[10]) == 0 then redis.call('DEL', KEYS[11]) end
if redis.call('EXISTS', KEYS[12]) == 0 then redis.call('DEL', KEYS[13]) end
if #s == 0 then return false end
redis.call('PUBLISH', ARGV[3], cjson.encode({type = 'ended', sessionId = ARGV[1], reason = ARGV[4]}))
return {s, expiry}
`

/**
 * Reserves the place of a session. KEYS: sessions, metadata bytes, serial, sessions of the owner, log of
 * the broadcasts. ARGV: id, bytes of the metadata, owner or '', maximum number of sessions, of sessions of the
 * owner, and of all metadata bytes. Returns the exceeded bound, or the latest position of the broadcasts
 * and the time.
 */
export const reserveSession = `
${readTime}
if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[4]) then return 'sessions' end
if ARGV[3] ~= '' and redis.call('ZCARD', KEYS[4]) >= tonumber(ARGV[5]) then return 'owner' end
local bytes = tonumber(redis.call('GET', KEYS[2]) or 0)
if bytes + tonumber(ARGV[2]) > tonumber(ARGV[6]) then return 'metadata' end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. ':' .. now .. ':' .. ARGV[3])
redis.call('INCRBY', KEYS[2], ARGV[2])
local serial = redis.call('INCR', KEYS[3])
if ARGV[3] ~= '' then redis.call('ZADD', KEYS[4], serial, ARGV[1]) end
return {redis.call('HGET', KEYS[5], 'n') or '0', now}
`

/**
 * Releases the place of a session and records how it ended. KEYS: sessions, metadata bytes, ended, their
 * times, sessions of the owner, serial. ARGV: id, ended session as JSON or '', time, maximum of ended sessions.
 */
export const releaseSession = `
local place = redis.call('HGET', KEYS[1], ARGV[1])
if place then
  redis.call('HDEL', KEYS[1], ARGV[1])
  redis.call('DECRBY', KEYS[2], string.match(place, '^%d+'))
end
redis.call('ZREM', KEYS[5], ARGV[1])
if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('DEL', KEYS[2], KEYS[6]) end
if ARGV[2] ~= '' then
  redis.call('HSET', KEYS[3], ARGV[1], ARGV[2])
  redis.call('ZADD', KEYS[4], ARGV[3], ARGV[1])
  local excess = redis.call('ZCARD', KEYS[4]) - tonumber(ARGV[4])
  if excess > 0 then
    local popped = redis.call('ZPOPMIN', KEYS[4], excess)
    for i = 1, #popped, 2 do redis.call('HDEL', KEYS[3], popped[i]) end
  end
end
return 1
`

/**
 * KEYS: ended, their times. ARGV: time up to which they are dropped. Drops up to 500 and returns their number.
 */
export const pruneEnded = `
local old = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[1], 'LIMIT', 0, 500)
if #old == 0 then return 0 end
redis.call('HDEL', KEYS[1], unpack(old))
redis.call('ZREM', KEYS[2], unpack(old))
return #old
`

/**
 * Forgets the position of the broadcasts if no session can refer to it. KEYS: sessions, log of the broadcasts,
 * its events, skipped positions, import.
 */
export const forgetBroadcasts = `
if redis.call('EXISTS', KEYS[1], KEYS[3]) == 0 then redis.call('DEL', KEYS[2], KEYS[4], KEYS[5]) end
return 1
`

/**
 * KEYS: expiry index, sessions. ARGV: length of the key of a session without its id, times of the activity of
 * the sessions with spaces between them.
 */
export const touchSessions = `
local times = string.gmatch(ARGV[2], '%d+')
for i = 2, #KEYS do
  local at, ttl = times(), redis.call('HGET', KEYS[i], 'ttlMs')
  if ttl then
    redis.call('ZADD', KEYS[1], 'XX', 'GT', at + ttl, string.sub(KEYS[i], ARGV[1] + 1))
  end
end
return 1
`
