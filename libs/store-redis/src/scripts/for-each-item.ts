/**
 * Returns a script that runs `script` for several items in one call. If one item fails, its result is the
 * error, and the other items still run. If Redis is a read-only replica, the whole call fails, so that the
 * client looks for the primary.
 *
 * KEYS: those of each item. ARGV: number of keys and of arguments of an item, arguments that all items share,
 * then the arguments of each item. `script` gets the keys of its item as KEYS. Its ARGV are the arguments of
 * its item, followed by the shared ones.
 */
export const forEachItem = (script: string): string => `
local function run(KEYS, ARGV)
${script}
end
local keyCount, argCount = tonumber(ARGV[1]), tonumber(ARGV[2])
local count = #KEYS / keyCount
local last = #ARGV - count * argCount
local results = {}
for i = 1, count do
  local keys = {unpack(KEYS, (i - 1) * keyCount + 1, i * keyCount)}
  local args = {unpack(ARGV, last + (i - 1) * argCount + 1, last + i * argCount)}
  for j = 3, last do args[argCount + j - 2] = ARGV[j] end
  local ok, result = pcall(run, keys, args)
  if not ok then
    -- Some versions of Redis raise a string.
    local text = type(result) == 'table' and result.err or tostring(result)
    result = {err = string.find(text, '^%u+ ') and text or 'ERR ' .. text}
    if string.find(text, '^READONLY') then return result end
  end
  results[i] = result or false
end
return results
`
