import { limitReached } from '@mcp/session-manager'
import type { EndReason, NewSession } from '@mcp/session-manager'

import type { Backend } from '../backend.ts'
import { textsOf } from '../results.ts'
import { releaseSession, reserveSession } from '../scripts/session-scripts.ts'

/**
 * The places of live sessions. A place is an entry in the index of all sessions, and counts towards the bounds
 * on their number and their metadata.
 */
export interface SessionPlaces {
  /**
   * Reserves a place. Returns the latest position of the broadcasts, and the time in milliseconds up to which
   * the session must be created.
   *
   * @throws McpError `unavailable` or `rate-limited` if a bound is reached.
   */
  reserve(session: NewSession): Promise<{ readonly since: string; readonly createUntil: number }>
  /** Releases a place. With `ended`, records how the session ended. */
  release(id: string, owner: string | undefined, ended?: Ended): Promise<void>
  /** Parses a reserved place as Redis stores it. */
  parse(place: string): { readonly owner: string | undefined; readonly createUntil: number }
}

interface Ended {
  readonly reason: EndReason
  readonly at: number
}

/** Minimum time to create a session whose place is reserved: two commands, each up to its timeout. */
const minCreateMs = 2000

export function createSessionPlaces(backend: Backend): SessionPlaces {
  const { connection, keys, limits, leaseMs } = backend

  const createUntil = (reservedAt: number): number => reservedAt + Math.max(leaseMs, minCreateMs)

  async function release(id: string, owner: string | undefined, ended?: Ended): Promise<void> {
    const { sessions, metadataBytes, ended: endedKey, endedTimes, ownerOf, serial } = keys
    const names = [sessions, metadataBytes, endedKey, endedTimes, ownerOf(owner ?? ''), serial]
    const json = ended === undefined ? '' : JSON.stringify({ owner, endedBy: ended.reason })
    const args = [id, json, ended?.at ?? 0, limits.maxEndedSessions]
    await connection.run(releaseSession, names, args)
  }

  async function reserve({ id, owner, metadata }: NewSession) {
    const { maxSessions, maxSessionsPerOwner, maxTotalMetadataBytes } = limits
    const result = await connection.run(
      reserveSession,
      [
        keys.sessions,
        keys.metadataBytes,
        keys.serial,
        keys.ownerOf(owner ?? ''),
        keys.broadcasts.session,
      ],
      [
        id,
        Buffer.byteLength(metadata),
        owner ?? '',
        maxSessions,
        maxSessionsPerOwner,
        maxTotalMetadataBytes,
      ],
    )
    switch (result) {
      case 'sessions':
        throw limitReached('unavailable', 'sessions', maxSessions, 'sessions')
      case 'owner':
        throw limitReached(
          'rate-limited',
          'sessionsPerOwner',
          maxSessionsPerOwner,
          'sessions of this caller',
        )
      case 'metadata':
        throw limitReached(
          'unavailable',
          'metadataBytes',
          maxTotalMetadataBytes,
          'bytes of session metadata',
        )
      default: {
        const [since = '0', reservedAt] = textsOf(result)
        return { since, createUntil: createUntil(Number(reservedAt)) }
      }
    }
  }

  return {
    reserve,
    release,
    parse(place) {
      const [, reservedAt, owner = ''] = /^\d+:(\d+):(.*)$/s.exec(place) ?? []
      return {
        createUntil: createUntil(Number(reservedAt ?? 0)),
        owner: owner === '' ? undefined : owner,
      }
    },
  }
}
