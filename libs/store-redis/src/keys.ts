const shardCount = 32

/**
 * Returns the names of all keys of the stores. The keys of a session, and the indexes over the sessions of its
 * shard, have the number of the shard as their hash tag, so that one script can change them in a cluster.
 */
export function createKeys(prefix: string) {
  const of = (shard: string) => (name: string) => `${prefix}{${shard}}:${name}`
  const shards = Array.from({ length: shardCount }, (_, shard) => String(shard))

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
    const shard = String(shardOf(id))
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

  // The keys that each request needs are built from these, because building all keys of a session takes longer.
  const starts = shards.map((shard) => ({ start: of(shard)(''), ...shardKeys(shard) }))
  const startOf = (id: string) => starts[shardOf(id)] ?? { start: '', ...shardKeys('') }

  const common = of('all')
  return {
    shardKeys,
    sessionKeys,
    /** Returns the keys of `readSession`. */
    readKeys(id: string) {
      const { start, expiry } = startOf(id)
      return [`${start}session:${id}`, expiry] as const
    },
    /** Returns the keys of `claim`. */
    claimKeys(id: string) {
      const { start, expiry } = startOf(id)
      return [`${start}session:${id}`, expiry, `${start}responses:${id}`] as const
    },
    /** Returns the keys of `settle`. */
    settleKeys(id: string) {
      const { start, responseQueue, responseBytes } = startOf(id)
      const [session, responses] = [`${start}session:${id}`, `${start}responses:${id}`]
      const [order, evicted] = [`${start}order:${id}`, `${start}evicted:${id}`]
      return [session, responses, order, evicted, responseQueue, responseBytes] as const
    },
    shards,
    /** The keys of the log of broadcasts, named as those of a session. */
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

function shardOf(id: string): number {
  let hash = 0
  for (let index = 0; index < id.length; index++) {
    hash = (Math.imul(hash, 31) + id.charCodeAt(index)) | 0
  }
  return (hash >>> 0) % shardCount
}
