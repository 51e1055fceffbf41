import { McpError } from '@mcp/protocol'

// With each of these, a user can access files or change settings even in a read-only transaction.
const privilegedGrants =
  /\b(ALL PRIVILEGES|SUPER|FILE|SYSTEM_VARIABLES_ADMIN|READ_ONLY ADMIN|READ ONLY ADMIN|CREATE USER|SHUTDOWN)\b/

/**
 * Refuses a user with privileges that a read-only transaction does not restrict.
 *
 * @throws McpError `forbidden`, reason `superuser`.
 */
export async function checkGrants(
  query: (sql: string) => Promise<readonly (readonly string[])[]>,
  database: string,
): Promise<void> {
  for (const [grant = ''] of await query('SHOW GRANTS')) {
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
