import { McpError } from '@mcp/protocol'
import type { SessionMethods } from '@mcp/session-manager'

import { importDigestKey, keyedDigest } from '../keyed-digest.ts'

/**
 * The sessions of clients since 2026-07-28. Such a client has no session of its own, so all calls of a
 * principal share one, which the principal never sees.
 */
export interface PrincipalSessions {
  /**
   * Returns the id of the session, which is opened if it does not exist.
   *
   * @throws McpError `rate-limited` or `unavailable` if the store cannot find or open a session.
   */
  ensure(principal: string | undefined): Promise<string>
}

/** Maximum number of principals whose session ids are cached. */
const maxCachedIds = 10_000

export function createPrincipalSessions(
  sessionManager: Pick<SessionMethods, 'openSession' | 'findSession'>,
  secret: string,
): PrincipalSessions {
  const key = importDigestKey('mcp-session', secret)
  const ids = new Map<string | undefined, Promise<string>>()
  const opening = new Map<string, Promise<void>>()

  /** Returns the session id of a principal, and caches it. Evicts the principal that called the longest ago. */
  function idOf(principal: string | undefined): Promise<string> {
    const id = ids.get(principal) ?? deriveId(key, principal)
    ids.delete(principal)
    ids.set(principal, id)
    if (ids.size > maxCachedIds) ids.delete(ids.keys().next().value)
    return id
  }

  async function exists(id: string, principal: string | undefined): Promise<boolean> {
    try {
      await sessionManager.findSession(id, { principal })
      return true
    } catch (thrown) {
      if (McpError.is(thrown) && thrown.code === 'session-not-found') return false
      throw thrown
    }
  }

  async function open(id: string, principal: string | undefined): Promise<void> {
    if (await exists(id, principal)) return
    await sessionManager.openSession({ id, principal, clientId: 'mcp' })
  }

  return {
    async ensure(principal) {
      const id = await idOf(principal)
      // A session that has expired may not have ended yet, so it is looked up for each call.
      if (await exists(id, principal)) return id
      const opened = opening.get(id) ?? open(id, principal).finally(() => opening.delete(id))
      opening.set(id, opened)
      await opened
      return id
    },
  }
}

/** Derives the id, so that all processes with the same secret use the same session. */
async function deriveId(key: Promise<CryptoKey>, principal: string | undefined): Promise<string> {
  const text = principal === undefined ? '' : `principal:${principal}`
  return `ses-${await keyedDigest(await key, text, 20)}`
}
