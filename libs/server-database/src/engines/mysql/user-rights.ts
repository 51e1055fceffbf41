import { McpError } from '@mcp/protocol'

// Each of these privileges lets a user access files or administer the server in a read-only transaction.
const privilegedGrants =
  /\b(ALL PRIVILEGES|SUPER|FILE|SYSTEM_VARIABLES_ADMIN|READ_ONLY ADMIN|READ ONLY ADMIN|CREATE USER|SHUTDOWN)\b/

// Each of these further privileges lets a user do more than read tables.
const furtherGrants =
  /\b(INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|INDEX|TRIGGER|EVENT|EXECUTE|PROCESS|RELOAD|LOCK TABLES|REPLICATION CLIENT)\b/

/** Rows of `SHOW GRANTS`. */
type Grants = readonly (readonly string[])[]

/**
 * Refuses a user with privileges that a read-only transaction does not restrict.
 *
 * @throws McpError `forbidden`, reason `superuser`.
 */
export function checkGrants(grants: Grants, database: string): void {
  for (const [grant = ''] of grants) {
    const [, privileges] = /^GRANT (.+) ON \*\.\* TO /.exec(grant) ?? []
    const granted = privilegedGrants.exec(privileges ?? '')?.[1]
    if (granted === undefined) continue
    throw new McpError(
      'forbidden',
      `The user of the database "${database}" has ${granted} on all databases, which a read-only transaction does not restrict. Use a user with fewer privileges, or set allowSuperuser.`,
      { details: { reason: 'superuser' } },
    )
  }
}

/** Returns a privilege that lets the user do more than read, or undefined if the user has none. */
export function rightsBeyondReading(grants: Grants): string | undefined {
  for (const [grant = ''] of grants) {
    const [, privileges = ''] = /^GRANT (.+?) ON /.exec(grant) ?? []
    const right = (privilegedGrants.exec(privileges) ?? furtherGrants.exec(privileges))?.[1]
    if (right !== undefined) return right
  }
  return undefined
}
