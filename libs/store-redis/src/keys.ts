const shardCount = 32

/**
 * The names of all keys. The keys of a session, and the indexes over the sessions of its shard, have the
 * number of the shard as their hash tag, so that one script can change them in a cluster.
 */
export function createKeys(prefix: string) {
  const of = (shard: string) => (name: string) => `${prefix}{${shard}}:${name}`

  function shardKeys(shard: string) {
    const key = of(shard)
    return {
      expiry: key('expiry'),
      responseQueue: key('response-queue'),
      responseBytes: key('response-bytes'),
      eventQueue: key('event-queue'),
      eventBytes: key('event-bytes'),
      interactionQueue: key('interaction-queue'),
    }
  }

  function sessionKeys(id: string) {
    const shard = shardOf(id)
    const key = of(shard)
    return {
      ...shardKeys(shard),
      session: key(`session:${id}`),
      responses: key(`responses:${id}`),
      order: key(`order:${id}`),
      evicted: key(`evicted:${id}`),
      events: key(`events:${id}`),
      eventIds: key(`event-ids:${id}`),
      interactions: key(`interactions:${id}`),
      resolved: key(`resolved:${id}`),
    }
  }

  const common = of('all')
  return {
    shardKeys,
    sessionKeys,
    shards: Array.from({ length: shardCount }, (_, shard) => String(shard)),
    /** The log of broadcasts, in the form of a session. */
    broadcasts: {
      session: common('log'),
      events: common('events'),
      eventIds: common('event-ids'),
      eventQueue: common('event-queue'),
      eventBytes: common('event-bytes'),
    },
    /** Positions that an imported log skips, as JSON. */
    skippedPositions: common('skipped-positions'),
    /** The import that Redis has received, as JSON. */
    imported: common('imported'),
    sessions: common('sessions'),
    metadataBytes: common('metadata-bytes'),
    serial: common('serial'),
    ended: common('ended'),
    endedTimes: common('ended-times'),
    ownerOf: (owner: string) => common(`owner:${owner}`),
    replica: (id: string) => common(`replica:${id}`),
    lease: common('sweeper'),
    secret: common('secret'),
    counter: (digest: string) => `${prefix}counter:${digest}`,
    channel: `${prefix}signals`,
    channelOf: (sessionId: string) => `${prefix}session:${sessionId}`,
  }
}

export type Keys = ReturnType<typeof createKeys>

function shardOf(id: string): string {
  let hash = 0
  for (let index = 0; index < id.length; index++) {
    hash = (Math.imul(hash, 31) + id.charCodeAt(index)) | 0
  }
  return String((hash >>> 0) % shardCount)
}
