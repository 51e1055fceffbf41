/**
 * The generic cell rate algorithm: the key holds the time at which all requests are available again, in
 * milliseconds. KEYS: counter. ARGV: requests, period in milliseconds, number of requests to count. Returns 0 if
 * all are permitted, otherwise the time to wait in milliseconds. A negative number returns requests.
 */
export const takeRequest = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local per = tonumber(ARGV[2])
local whole = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
  + per / tonumber(ARGV[1]) * tonumber(ARGV[3])
local excess = whole - now - per
if excess > 0.0005 then return math.ceil(excess) end
if whole <= now then
  redis.call('DEL', KEYS[1])
  return 0
end
redis.call('SET', KEYS[1], string.format('%.3f', whole), 'PX', math.ceil(whole - now) + 1)
return 0
`

/**
 * KEYS: total. ARGV: amount, or 0 to read the total; time at which the total expires. Returns the new total.
 */
export const addAmount = `
if tonumber(ARGV[1]) == 0 then return redis.call('GET', KEYS[1]) or '0' end
local total = redis.call('INCRBYFLOAT', KEYS[1], ARGV[1])
redis.call('PEXPIREAT', KEYS[1], math.ceil(tonumber(ARGV[2])))
return total
`
