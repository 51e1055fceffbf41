import { entryOverheadBytes } from '@mcp/session-manager'
import type {
  Claim,
  ClaimedRequest,
  ClaimResult,
  ResponseStore,
  StoredResponse,
} from '@mcp/session-manager'

import type { Backend } from '../backend.ts'
import { listOf, toEnded } from '../results.ts'
import { claim as claimScript, settle as settleScript } from '../scripts/response-scripts.ts'
import { createOrphanedClaims } from './orphaned-claims.ts'

export interface RedisResponseStore extends ResponseStore {
  /** Releases the claims whose results did not arrive. */
  releaseOrphans(): Promise<void>
}

export function createRedisResponseStore(backend: Backend): RedisResponseStore {
  const { connection, keys, limits, touches, knownSessions, replica, leaseMs } = backend
  const { maxResponses, maxResponseBytes, maxEvictedIds } = limits
  const bounds = [maxResponses, maxResponseBytes, maxEvictedIds, entryOverheadBytes]
  const runClaim = connection.batch(claimScript, [limits.responseTtlMs])
  const runSettle = connection.batch(settleScript, [...bounds, keys.channel])
  let lastTicket = 0
  let lastOrder = 0
  const orphans = createOrphanedClaims(({ sessionId, ...claimed }) => settle(sessionId, claimed, 0))

  /**
   * Returns a number that increases with the time and, within a millisecond, with each call, except when the
   * counter of 4,096 calls starts again.
   */
  function orderOf(at: number): number {
    lastOrder = (lastOrder + 1) % 4096
    return at * 4096 + lastOrder
  }

  /**
   * Returns whether the process that claimed an id has ended. Returns false soon after an interruption, because
   * the other processes need some time to renew their leases.
   */
  async function hasEnded(holder: string): Promise<boolean> {
    if (holder === replica || connection.readyMs() < leaseMs / 2) return false
    return (await connection.call('EXISTS', keys.replica(holder))) === 0
  }

  async function claim(id: string, request: Claim, deadHolder = ''): Promise<ClaimResult> {
    const { requestId, fingerprint, at, rerunLost, owner } = request
    const known = knownSessions.get(id)
    const ticket = `${replica}:${++lastTicket}`
    const ownerArg = owner === undefined ? '-' : `+${owner}`
    const args = [id, requestId, fingerprint, at, rerunLost ? 1 : 0, ownerArg, ticket]
    let result: unknown
    try {
      result = await runClaim(keys.claimKeys(id), [...args, deadHolder, known?.version ?? ''])
    } catch (error) {
      orphans.add({ sessionId: id, requestId, ticket })
      throw error
    }
    if (typeof result === 'string') {
      const session = touches.applyTo(knownSessions.read(id, known, undefined, result))
      return { type: 'claimed', session, ticket }
    }
    const [type, fields, expiry, storedFingerprint, ...rest] = listOf(result)
    if (type === 'foreign') return { type: 'no-session', ended: undefined }
    if (type === 'none') {
      knownSessions.forget(id)
      const ended = toEnded(await connection.call('HGET', keys.ended, id))
      return { type: 'no-session', ended }
    }
    const session = touches.applyTo(knownSessions.read(id, known, fields, expiry))
    const found = { session, fingerprint: Number(storedFingerprint) }
    switch (type) {
      case 'claimed':
        return { type, session, ticket }
      case 'evicted':
        return { type, session }
      case 'settled':
        return { type, ...found, response: { status: Number(rest[0]), body: String(rest[1]) } }
      case 'in-flight': {
        const holder = String(rest[0])
        if (deadHolder === '' && (await hasEnded(holder))) return claim(id, request, holder)
        return { type, ...found }
      }
      default:
        return { type: 'lost', ...found }
    }
  }

  async function settle(
    id: string,
    { requestId, ticket }: ClaimedRequest,
    at: number,
    response?: StoredResponse,
  ): Promise<void> {
    const stored = [response?.status ?? '', response?.body ?? '', orderOf(at)]
    await runSettle(keys.settleKeys(id), [id, requestId, ticket, at, ...stored])
  }

  return {
    claim: (id, request) => claim(id, request),
    settle,
    releaseOrphans: () => orphans.flush(),
  }
}
