/**
 * KEYS: document. ARGV: expected version, or '' if no document is expected; then the new version and text, or
 * nothing to delete the document. Returns whether the document had the expected version.
 */
export const changeDocument = `
if (redis.call('HGET', KEYS[1], 'version') or '') ~= ARGV[1] then return 0 end
if ARGV[2] then
  redis.call('HSET', KEYS[1], 'version', ARGV[2], 'text', ARGV[3])
else
  redis.call('DEL', KEYS[1])
end
return 1
`
