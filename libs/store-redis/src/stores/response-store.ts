import { entryOverheadBytes } from '@mcp/session-manager'
import type {
  Claim,
  ClaimedRequest,
  ClaimResult,
  ResponseStore,
  StoredResponse,
} from '@mcp/session-manager'

import type { Backend } from '../backend.ts'
import { listOf, toEnded, toSession } from '../results.ts'
import { claim as claimScript, settle as settleScript } from '../scripts/response-scripts.ts'
import { createOrphanedClaims } from './orphaned-claims.ts'

export interface RedisResponseStore extends ResponseStore {
  /** Releases the claims whose results did not arrive. */
  releaseOrphans(): Promise<void>
}

export function createRedisResponseStore(backend: Backend): RedisResponseStore {
  const { connection, keys, limits, touches, knownServers, replica, leaseMs } = backend
  let lastTicket = 0
  let lastOrder = 0
  const orphans = createOrphanedClaims(({ sessionId, ...claimed }) => settle(sessionId, claimed, 0))

  /** Returns a number that increases with the time and, within a millisecond, with each call. */
  function orderOf(at: number): number {
    lastOrder = (lastOrder + 1) % 4096
    return at * 4096 + lastOrder
  }

  /**
   * Returns whether the process that claimed an id has ended. After an interruption, the others need some
   * time to renew their leases.
   */
  async function hasEnded(holder: string): Promise<boolean> {
    if (holder === replica || connection.readyMs() < leaseMs / 2) return false
    return (await connection.call('EXISTS', keys.replica(holder))) === 0
  }

  async function claim(id: string, request: Claim, deadHolder = ''): Promise<ClaimResult> {
    const { session: key, expiry, responses } = keys.sessionKeys(id)
    const { requestId, fingerprint, at, rerunLost, owner } = request
    const ticket = `${replica}:${++lastTicket}`
    const ownerArg = owner === undefined ? '-' : `+${owner}`
    const args = [id, requestId, fingerprint, at, rerunLost ? 1 : 0, ownerArg, ticket]
    const claiming = connection.run(
      claimScript,
      [key, expiry, responses],
      [...args, limits.responseTtlMs, deadHolder],
    )
    const result = listOf(
      await claiming.catch((error: unknown) => {
        orphans.add({ sessionId: id, requestId, ticket })
        throw error
      }),
    )
    const [type, hash, expiresAt, storedFingerprint, ...rest] = result
    if (type === 'foreign') return { type: 'no-session', ended: undefined }
    if (type === 'none') {
      knownServers.forget(id)
      const ended = toEnded(await connection.call('HGET', keys.ended, id))
      return { type: 'no-session', ended }
    }
    const session = touches.applyTo(toSession(id, hash, expiresAt))
    knownServers.read(id, session.servers)
    const known = { session, fingerprint: Number(storedFingerprint) }
    switch (type) {
      case 'claimed':
        return { type, session, ticket }
      case 'evicted':
        return { type, session }
      case 'settled':
        return { type, ...known, response: { status: Number(rest[0]), body: String(rest[1]) } }
      case 'in-flight': {
        const holder = String(rest[0])
        if (deadHolder === '' && (await hasEnded(holder))) return claim(id, request, holder)
        return { type, ...known }
      }
      default:
        return { type: 'lost', ...known }
    }
  }

  async function settle(
    id: string,
    { requestId, ticket }: ClaimedRequest,
    at: number,
    response?: StoredResponse,
  ): Promise<void> {
    const k = keys.sessionKeys(id)
    const names = [k.session, k.responses, k.order, k.evicted, k.responseQueue, k.responseBytes]
    const { maxResponses, maxResponseBytes, maxEvictedIds } = limits
    const stored = [response?.status ?? '', response?.body ?? '', orderOf(at)]
    const bounds = [maxResponses, maxResponseBytes, maxEvictedIds, entryOverheadBytes]
    const args = [id, requestId, ticket, at, ...stored, ...bounds, keys.channel]
    await connection.run(settleScript, names, args)
  }

  return {
    claim: (id, request) => claim(id, request),
    settle,
    releaseOrphans: () => orphans.flush(),
  }
}
