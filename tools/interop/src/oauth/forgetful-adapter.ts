import type { Adapter, AdapterPayload } from 'oidc-provider'

/** The storage of an authorization server, from which a test can remove entries. */
export interface ForgetfulStorage {
  /** The option `adapter` of the authorization server. */
  readonly adapter: (kind: string) => Adapter
  /** Removes everything of one kind, such as `Client` or `RefreshToken`. */
  readonly forget: (kind: string) => void
  readonly count: (kind: string) => number
}

export function createForgetfulStorage(): ForgetfulStorage {
  const stored = new Map<string, AdapterPayload>()
  const keysOf = (kind: string) => [...stored.keys()].filter((key) => key.startsWith(`${kind}:`))
  return {
    adapter: (kind) => ({
      async upsert(id, payload) {
        stored.set(`${kind}:${id}`, payload)
      },
      find: async (id) => stored.get(`${kind}:${id}`),
      findByUid: async (uid) => [...stored.values()].find((payload) => payload.uid === uid),
      findByUserCode: async () => undefined,
      async consume(id) {
        const payload = stored.get(`${kind}:${id}`)
        if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1000)
      },
      async destroy(id) {
        stored.delete(`${kind}:${id}`)
      },
      async revokeByGrantId(grantId) {
        for (const [key, payload] of stored) if (payload.grantId === grantId) stored.delete(key)
      },
    }),
    forget(kind) {
      for (const key of keysOf(kind)) stored.delete(key)
    },
    count: (kind) => keysOf(kind).length,
  }
}
