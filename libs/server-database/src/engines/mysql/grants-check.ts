import { McpError } from '@mcp/protocol'

// A read-only transaction stops none of these from reading and writing files, or from changing settings.
const powers =
  /\b(ALL PRIVILEGES|SUPER|FILE|SYSTEM_VARIABLES_ADMIN|READ_ONLY ADMIN|READ ONLY ADMIN|CREATE USER|SHUTDOWN)\b/

/**
 * Refuses a user who may do more than a read-only transaction holds back.
 *
 * @throws McpError `forbidden`, reason `superuser`.
 */
export async function checkGrants(
  ask: (sql: string) => Promise<readonly (readonly string[])[]>,
  database: string,
): Promise<void> {
  for (const [grant = ''] of await ask('SHOW GRANTS')) {
    const [, privileges] = /^GRANT (.+) ON \*\.\* TO /.exec(grant) ?? []
    const power = powers.exec(privileges ?? '')?.[1]
    if (power === undefined) continue
    throw new McpError(
      'forbidden',
      `The user of the database "${database}" has ${power} on all databases, which a read-only transaction does not hold back. Give the database a user with fewer rights, or set allowSuperuser.`,
      { details: { reason: 'superuser' } },
    )
  }
}
