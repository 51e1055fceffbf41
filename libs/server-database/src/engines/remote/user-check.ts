import { McpError } from '@mcp/protocol'

import type { DatabaseMode } from '../database-mode.ts'

/** The rights of the user of a connection beyond the mode of the database. */
export interface UserRights {
  /** A privilege that a read-only transaction does not restrict, such as `is a superuser`. */
  readonly privilege: string | undefined
  /** A right to do more than read, such as `INSERT`. Only needed for a read-only database. */
  readonly excess?: string | undefined
}

export interface UserCheckOptions {
  readonly name: string
  readonly mode: DatabaseMode
  readonly allowSuperuser: boolean
}

/**
 * Returns the check of the user of each new connection. Problems are logged, because callers cannot correct
 * them. Each message is logged once, because every connection has the same user.
 *
 * The check throws an McpError `forbidden`, reason `superuser`, if a read-only transaction does not restrict
 * the user.
 */
export function createUserCheck(
  { name, mode, allowSuperuser }: UserCheckOptions,
  warn: (message: string) => void = () => {},
): (rights: UserRights) => void {
  const warned = new Set<string>()
  function warnOnce(message: string): void {
    if (warned.has(message)) return
    warned.add(message)
    warn(message)
  }

  return ({ privilege, excess }) => {
    if (privilege !== undefined && !allowSuperuser) {
      const user = `The user of the database "${name}" ${privilege}`
      if (mode === 'read-only') {
        const message = `${user}, which a read-only transaction does not restrict. Use a user with fewer privileges, or set allowSuperuser.`
        warnOnce(message)
        throw new McpError('forbidden', message, { details: { reason: 'superuser' } })
      }
      warnOnce(
        `${user}: a statement that passes the checks of this server can access files or run programs. Use a user with fewer privileges, or set allowSuperuser.`,
      )
    }
    // The database would let this user write. Only the checks and the read-only transactions of this server
    // prevent it.
    if (mode === 'read-only' && excess !== undefined) {
      warnOnce(
        `The user of the read-only database "${name}" has ${excess}: only this server prevents their use. Use a user that may only SELECT`,
      )
    }
  }
}
