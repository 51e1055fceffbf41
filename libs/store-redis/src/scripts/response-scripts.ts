import { forEachItem } from './for-each-item.ts'

// A response is stored as "state|fingerprint|time|rest". States: i (in flight, rest: ticket|awaited),
// l (lost), s (settled, rest: status|body), e (evicted).

/**
 * KEYS: session, expiry index, responses. ARGV: id, request id, fingerprint, time, whether a lost request runs
 * again, '+' and the owner or '-', ticket, holder that has ended or '', version of the session that the caller
 * has read, TTL. Returns the type of the result, the fields of the session, its expiry, and the data of the
 * type; for an unknown session or another owner, only the type. The fields are empty if the session has this
 * version. In that case, a claim of a new id returns only the expiry.
 */
export const claim = forEachItem(`
local head = redis.call('HMGET', KEYS[1], 'version', 'owner')
local s = {}
if head[1] ~= ARGV[9] then
  s = redis.call('HGETALL', KEYS[1])
  if #s == 0 then return {'none'} end
end
if (head[2] and '+' .. head[2] or '-') ~= ARGV[6] then return {'foreign'} end
local expiry = redis.call('ZSCORE', KEYS[2], ARGV[1])
local new = 'i|' .. ARGV[3] .. '|' .. ARGV[4] .. '|' .. ARGV[7] .. '|0'
local found = redis.call('HGET', KEYS[3], ARGV[2])
if not found then
  redis.call('HSET', KEYS[3], ARGV[2], new)
  if #s == 0 and expiry then return expiry end
  return {'claimed', s, expiry}
end
local state, fingerprint, at, rest = string.match(found, '^(%a)|(%d+)|(%d+)|(.*)$')
if state ~= 'i' and tonumber(at) <= tonumber(ARGV[4]) - tonumber(ARGV[10]) then
  redis.call('HSET', KEYS[3], ARGV[2], new)
  return {'claimed', s, expiry}
end
if state == 'i' then
  local ticket = string.match(rest, '^(.*)|%d$')
  local holder = string.match(ticket, '^([^:]*):')
  if holder ~= ARGV[8] then
    redis.call('HSET', KEYS[3], ARGV[2], 'i|' .. fingerprint .. '|' .. at .. '|' .. ticket .. '|1')
    return {'in-flight', s, expiry, fingerprint, holder}
  end
  state = 'l'
  redis.call('HSET', KEYS[3], ARGV[2], 'l|' .. fingerprint .. '|' .. at .. '|')
end
if state == 'l' then
  if ARGV[5] == '1' and fingerprint == ARGV[3] then
    redis.call('HSET', KEYS[3], ARGV[2], new)
    return {'claimed', s, expiry}
  end
  return {'lost', s, expiry, fingerprint}
end
if state == 'e' then return {'evicted', s, expiry, fingerprint} end
local status, body = string.match(rest, '^(%d+)|(.*)$')
return {'settled', s, expiry, fingerprint, status, body}
`)

/** Functions for scripts that have the keys of {@link settle} and define `ID` and `OVERHEAD`. */
export const responseFunctions = `
-- Returns the bytes of the response, which the caller subtracts. Without an order, also forgets the id.
local function evict(rid, order)
  local found = redis.call('HGET', KEYS[2], rid)
  local fingerprint, at, body = string.match(found or '', '^s|(%d+)|(%d+)|%d+|(.*)$')
  if not body then return 0 end
  if order then
    redis.call('HSET', KEYS[2], rid, 'e|' .. fingerprint .. '|' .. at .. '|')
    redis.call('ZADD', KEYS[4], order, rid)
    return #body
  end
  redis.call('HDEL', KEYS[2], rid)
  redis.call('DECRBY', KEYS[6], OVERHEAD)
  return #body
end
local function evictFirst()
  local first = redis.call('ZPOPMIN', KEYS[3])
  if #first > 0 then return evict(first[1], first[2]) end
end
local function subtract(bytes)
  -- Lua writes -bytes as '-0' if it is zero, which Redis refuses.
  redis.call('HINCRBY', KEYS[1], 'rb', 0 - bytes)
  redis.call('DECRBY', KEYS[6], bytes)
end
local function forgetIds(count)
  local popped = redis.call('ZPOPMIN', KEYS[4], count)
  for i = 1, #popped, 2 do
    redis.call('HDEL', KEYS[2], popped[i])
    redis.call('DECRBY', KEYS[6], OVERHEAD)
  end
end
local function enqueue()
  local first = redis.call('ZRANGE', KEYS[3], 0, 0, 'WITHSCORES')[2]
  local id = redis.call('ZRANGE', KEYS[4], 0, 0, 'WITHSCORES')[2]
  if id and (not first or tonumber(id) < tonumber(first)) then first = id end
  if first then
    redis.call('ZADD', KEYS[5], first, ID)
  else
    redis.call('ZREM', KEYS[5], ID)
    if redis.call('EXISTS', KEYS[5]) == 0 then redis.call('DEL', KEYS[6]) end
  end
end
`

/**
 * KEYS: session, responses, order, evicted, queue, bytes. ARGV: id, request id, ticket, time, status, body,
 * order, maximum of responses, of bytes, of evicted ids, overhead, channel. Without a status, frees the id.
 * Returns whether the request still had this ticket.
 */
export const settle = forEachItem(`
local ID, OVERHEAD = ARGV[1], tonumber(ARGV[11])
${responseFunctions}
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local found = redis.call('HGET', KEYS[2], ARGV[2])
if not found then return 0 end
local fingerprint, ticket, awaited = string.match(found, '^i|(%d+)|%d+|(.*)|(%d)$')
if ticket ~= ARGV[3] then return 0 end
if awaited == '1' then
  local signal = {type = 'settled', sessionId = ID, requestId = ARGV[2]}
  redis.call('PUBLISH', ARGV[12], cjson.encode(signal))
end
if ARGV[5] == '' then
  redis.call('HDEL', KEYS[2], ARGV[2])
  return 1
end
local stored = 's|' .. fingerprint .. '|' .. ARGV[4] .. '|' .. ARGV[5] .. '|' .. ARGV[6]
redis.call('HSET', KEYS[2], ARGV[2], stored)
redis.call('ZADD', KEYS[3], ARGV[7], ARGV[2])
-- An evicted id keeps its order, so the first order changes only if ids are forgotten.
redis.call('ZADD', KEYS[5], 'LT', ARGV[7], ID)
redis.call('INCRBY', KEYS[6], #ARGV[6] + OVERHEAD)
local bytes = redis.call('HINCRBY', KEYS[1], 'rb', #ARGV[6])
local count = redis.call('ZCARD', KEYS[3])
if count <= tonumber(ARGV[8]) and bytes <= tonumber(ARGV[9]) then return 1 end
local freed = 0
while count > tonumber(ARGV[8]) or bytes - freed > tonumber(ARGV[9]) do
  local size = evictFirst()
  if not size then break end
  freed = freed + size
  count = count - 1
end
subtract(freed)
local excess = redis.call('ZCARD', KEYS[4]) - tonumber(ARGV[10])
if excess > 0 then
  forgetIds(excess)
  enqueue()
end
return 1
`)

/**
 * Evicts the oldest response of a session (or forgets up to 100 evicted ids if it has no response), or drops
 * outdated responses and ids. Deletes all of them if the session does not exist. KEYS: as for settle. ARGV: id,
 * time up to which they are dropped or '' to evict one, overhead.
 */
export const trimResponses = `
local ID, OVERHEAD = ARGV[1], tonumber(ARGV[3])
${responseFunctions}
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('UNLINK', KEYS[2], KEYS[3], KEYS[4])
elseif ARGV[2] == '' then
  local size = evictFirst()
  if size then subtract(size) else forgetIds(100) end
else
  local cutoff = tonumber(ARGV[2])
  local old = redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', cutoff * 4096 + 4095, 'LIMIT', 0, 100)
  local freed = 0
  for _, rid in ipairs(old) do
    redis.call('ZREM', KEYS[3], rid)
    freed = freed + evict(rid)
  end
  subtract(freed)
  forgetIds(math.min(100, redis.call('ZCOUNT', KEYS[4], '-inf', cutoff * 4096 + 4095)))
end
enqueue()
return 1
`
