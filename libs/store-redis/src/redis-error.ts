const remedies: readonly (readonly [RegExp, string])[] = [
  [/WRONGPASS|NOAUTH/, 'refused the password: check the user and the password in REDIS_URL.'],
  [/OOM/, 'is out of memory: raise maxmemory, or lower MCP_STORE_MB.'],
  [
    /No such master|invalid reply/,
    'is not a primary that the sentinels know: use the name of "sentinel monitor" in REDIS_URL.',
  ],
  [
    /sentinel .* because .*unknown command/,
    'is not a sentinel: use redis:// for a server, or the ports of the sentinels.',
  ],
  [/failed to connect to sentinel|All sentinels/, 'is not reachable: no sentinel responds.'],
  [
    /CLUSTERDOWN/,
    'is a cluster without all of its slots: start its missing nodes ("redis-cli --cluster check" lists them).',
  ],
  [/^(?:MOVED|ASK|TRYAGAIN)\b/, 'is a cluster whose slots are moving: retry later.'],
  [/altnames/, 'has a certificate for another name: use that name in REDIS_URL.'],
  [
    /CERT|certificate|self.signed/i,
    'has a certificate that is not trusted: set REDIS_CA_FILE to the certificate of its authority.',
  ],
  [/MISCONF|NOREPLICAS/, 'does not accept writes: see its log.'],
  [/READONLY/, 'is a read-only replica: use the address of the primary.'],
  [/LOADING/, 'is loading its data: retry later.'],
  [
    /NOPERM/,
    'does not permit a command, key or channel to this user: use the rules in docs/deployment.md.',
  ],
  [/timed out/, 'did not respond in time.'],
  [
    /ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ETIMEDOUT|closed|isn't writeable|Connection is|max retries/,
    'is not reachable.',
  ],
]

/** Returns the problem and the remedy, to be read after the address of Redis. */
export function describeRedisError(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause)
  if (text.startsWith('is ')) return text
  return remedies.find(([pattern]) => pattern.test(text))?.[1] ?? `failed: ${text}`
}
