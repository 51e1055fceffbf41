import type { EndedSession, StoredSession } from '@mcp/session-manager'

export function listOf(result: unknown): readonly unknown[] {
  return Array.isArray(result) ? result : []
}

export function textsOf(result: unknown): readonly string[] {
  return listOf(result).map(String)
}

/** Returns the fields of a hash. */
export function fieldsOf(result: unknown): ReadonlyMap<string, string> {
  const texts = textsOf(result)
  const fields = new Map<string, string>()
  for (let index = 0; index < texts.length; index += 2) {
    fields.set(texts[index] ?? '', texts[index + 1] ?? '')
  }
  return fields
}

/** Returns a session from the fields of its hash and its expiry. */
export function toSession(id: string, hash: unknown, expiry: unknown): StoredSession {
  return sessionOf(id, fieldsOf(hash), expiry)
}

/** Returns a session and the version of its fields. The version is '' if an earlier release wrote them. */
export function toVersion(id: string, hash: unknown, expiry: unknown) {
  const fields = fieldsOf(hash)
  return { version: fields.get('version') ?? '', session: sessionOf(id, fields, expiry) }
}

function sessionOf(
  id: string,
  fields: ReadonlyMap<string, string>,
  expiry: unknown,
): StoredSession {
  const ttlMs = Number(fields.get('ttlMs'))
  const servers = [...fields.keys()].filter((name) => name.startsWith(serverPrefix))
  return {
    id,
    clientId: fields.get('clientId') ?? '',
    owner: fields.get('owner'),
    metadata: fields.get('metadata') ?? '{}',
    createdAt: Number(fields.get('createdAt')),
    lastActivity: Number(expiry) - ttlMs,
    ttlMs,
    servers: servers.map((name) => name.slice(serverPrefix.length)).toSorted(),
  }
}

const serverPrefix = 'server:'

export function toEnded(result: unknown): EndedSession | undefined {
  if (typeof result !== 'string') return undefined
  const { owner, endedBy } = JSON.parse(result)
  return {
    owner: typeof owner === 'string' ? owner : undefined,
    endedBy: endedBy === 'expired' ? 'expired' : 'closed',
  }
}
