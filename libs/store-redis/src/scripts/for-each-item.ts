/**
 * Returns a script that runs `script` for several items in one call. If one item fails, its result is the
 * error, and the other items still run. If an item writes and Redis is a read-only replica, the whole call
 * fails, so that the client looks for the primary.
 *
 * KEYS: the keys of the first item, the keys of the second item, and so on. ARGV: number of keys per item,
 * number of arguments per item, the shared arguments, the arguments of the first item, and so on.
 * `script` gets the keys of its item as KEYS. Its ARGV are the arguments of its item, then the shared ones.
 */
export const forEachItem = (script: string): string => `
local function run(KEYS, ARGV)
${script}
end
local keyCount, argCount = tonumber(ARGV[1]), tonumber(ARGV[2])
local count = #KEYS / keyCount
local lastShared = #ARGV - count * argCount
local results = {}
for i = 1, count do
  local keys = {unpack(KEYS, (i - 1) * keyCount + 1, i * keyCount)}
  local args = {unpack(ARGV, lastShared + (i - 1) * argCount + 1, lastShared + i * argCount)}
  for j = 3, lastShared do args[argCount + j - 2] = ARGV[j] end
  local ok, result = pcall(run, keys, args)
  if not ok then
    -- An error of Redis is a table, an error of Lua a string.
    local text = type(result) == 'table' and result.err or tostring(result)
    result = {err = string.find(text, '^%u+ ') and text or 'ERR ' .. text}
    if string.find(text, '^READONLY') then return result end
  end
  results[i] = result or false
end
return results
`
