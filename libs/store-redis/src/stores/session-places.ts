import { limitReached } from '@mcp/session-manager'
import type { NewSession } from '@mcp/session-manager'

import type { Backend } from '../backend.ts'
import { releaseSession, reserveSession } from '../scripts/session-scripts.ts'

/** The places of live sessions, of which the bounds of all sessions limit the number. */
export interface SessionPlaces {
  /**
   * Reserves a place. Returns the latest position of the broadcasts.
   *
   * @throws McpError `unavailable` or `rate-limited` if a bound is reached.
   */
  reserve(session: NewSession): Promise<string>
  /** Releases a place. With `ended`, remembers how the session ended. */
  release(id: string, owner: string | undefined, ended?: string, at?: number): Promise<void>
}

export function createSessionPlaces({ connection, keys, limits }: Backend): SessionPlaces {
  async function release(id: string, owner: string | undefined, ended = '', at = 0): Promise<void> {
    const { sessions, metadataBytes, ended: endedKey, endedTimes, ownerOf } = keys
    const names = [sessions, metadataBytes, endedKey, endedTimes, ownerOf(owner ?? '')]
    await connection.run(releaseSession, names, [id, ended, at, limits.maxEndedSessions])
  }

  async function reserve({ id, owner, metadata }: NewSession): Promise<string> {
    const { maxSessions, maxSessionsPerOwner, maxTotalMetadataBytes } = limits
    const result = String(
      await connection.run(
        reserveSession,
        [
          keys.sessions,
          keys.metadataBytes,
          keys.serial,
          keys.ownerOf(owner ?? ''),
          keys.broadcasts.session,
        ],
        [id, metadata.length, owner ?? '', maxSessions, maxSessionsPerOwner, maxTotalMetadataBytes],
      ),
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
          'characters of session metadata',
        )
      default:
        return result.slice('ok'.length)
    }
  }

  return { reserve, release }
}
