import { McpError } from '@mcp/protocol'
import type { SessionMethods } from '@mcp/session-manager'

/**
 * The sessions of clients since 2026-07-28. Such a client has no session of its own, so all calls of a
 * principal share one, which the principal never sees.
 */
export interface PrincipalSessions {
  /** Returns the id of the session, which is opened if it does not exist. */
  ensure(principal: string | undefined): Promise<string>
}

export function createPrincipalSessions(
  sessionManager: Pick<SessionMethods, 'openSession' | 'findSession' | 'onSessionEnded'>,
  secret: string,
): PrincipalSessions {
  const key = importKey(secret)
  const ids = new Map<string | undefined, Promise<string>>()
  const open = new Set<string>()
  sessionManager.onSessionEnded((id) => open.delete(id))

  async function openSession(id: string, principal: string | undefined): Promise<void> {
    try {
      await sessionManager.findSession(id, { principal })
    } catch (thrown) {
      if (!McpError.is(thrown) || thrown.code !== 'session-not-found') throw thrown
      await sessionManager.openSession({ id, principal, clientId: 'mcp' })
    }
    open.add(id)
  }

  const opening = new Map<string, Promise<void>>()

  return {
    async ensure(principal) {
      const known = ids.get(principal) ?? deriveId(key, principal)
      ids.set(principal, known)
      const id = await known
      if (open.has(id)) return id
      const started = opening.get(id) ?? openSession(id, principal)
      opening.set(id, started)
      await started.finally(() => opening.delete(id))
      return id
    },
  }
}

function importKey(secret: string): Promise<CryptoKey> {
  const data = new TextEncoder().encode(`mcp-session:${secret}`)
  return crypto.subtle.importKey('raw', data, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
}

/** Derives the id, so that all processes with the same secret use the same session. */
async function deriveId(key: Promise<CryptoKey>, principal: string | undefined): Promise<string> {
  const data = new TextEncoder().encode(principal === undefined ? '' : `principal:${principal}`)
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', await key, data))
  return `ses-${Array.from(mac.subarray(0, 20), (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}
