import { McpError } from '@mcp/protocol'

/** Returns the host and the port of a URL, without its password. */
export function placeOf(url: string): string {
  if (!URL.canParse(url) || !/^rediss?:$/.test(new URL(url).protocol)) {
    throw new McpError(
      'invalid-params',
      'Invalid REDIS_URL: it must start with redis:// or rediss://, such as "redis://127.0.0.1:6379".',
    )
  }
  return new URL(url).host
}

const remedies: readonly (readonly [RegExp, string])[] = [
  [/WRONGPASS|NOAUTH/, 'refused the password: check the user and the password in REDIS_URL.'],
  [/OOM/, 'is out of memory: raise maxmemory, or lower MCP_STORE_MB.'],
  [/READONLY/, 'is a read-only replica: use the address of the primary.'],
  [/LOADING/, 'is loading its data: retry later.'],
  [
    /NOPERM/,
    'does not permit a command to this user: allow all commands on its keys and channels.',
  ],
  [/timed out/, 'did not respond in time.'],
  [/ECONNREFUSED|ENOTFOUND|ETIMEDOUT|closed|isn't writeable|Connection is/, 'is not reachable.'],
]

/** Returns the problem and the remedy, to be read after the address of Redis. */
export function describeRedisError(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause)
  const known = remedies.find(([pattern]) => pattern.test(text))
  return known?.[1] ?? (text.startsWith('is ') ? text : `failed: ${text}`)
}
