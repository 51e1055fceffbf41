import { Redis } from 'ioredis'

/** Everything in Redis, by key, in a form that can be compared. */
export type RedisContent = ReadonlyMap<string, unknown>

/** Reads all keys of a small Redis. */
export async function readRedis(url: string): Promise<RedisContent> {
  const client = new Redis(url)
  try {
    const content = new Map<string, unknown>()
    for (const key of (await client.keys('*')).toSorted()) content.set(key, await read(client, key))
    return content
  } finally {
    client.disconnect()
  }
}

async function read(client: Redis, key: string): Promise<unknown> {
  switch (await client.type(key)) {
    case 'hash':
      return Object.entries(await client.hgetall(key)).toSorted(([left], [right]) =>
        left < right ? -1 : 1,
      )
    case 'zset':
      return client.zrange(key, 0, -1, 'WITHSCORES')
    case 'stream':
      return client.xrange(key, '-', '+')
    case 'list':
      return client.lrange(key, 0, -1)
    default:
      return client.get(key)
  }
}

/** Removes what depends on the time of the import, and what is random. */
export function withoutTimes(content: RedisContent): unknown {
  return [...content]
    .filter(([key]) => !/:(?:sweeper|skipped-positions)$|replica:/.test(key))
    .map(([key, value]) => [key, JSON.parse(maskTimes(key, JSON.stringify(value)))])
}

function maskTimes(key: string, json: string): string {
  if (key.includes(':document:')) return json.replace(/\["version","[^"]+"\]/, '["version","any"]')
  // The time at which the place was reserved, and the latest position.
  if (key.endsWith('{all}:sessions')) return json.replaceAll(/"(\d+):\d+:/g, '"$1:time:')
  return json.replaceAll(/\["n","\d+"\]/g, '["n","latest"]')
}

/** Resolves when Redis has a key. */
export async function isPresent(url: string, key: string): Promise<boolean> {
  const client = new Redis(url)
  try {
    return (await client.exists(key)) === 1
  } finally {
    client.disconnect()
  }
}
