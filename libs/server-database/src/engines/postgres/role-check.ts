import { McpError } from '@mcp/protocol'
import type { ClientBase } from 'pg'

// READ ONLY stops none of these from reading and writing files or running programs at the server.
const powers = `
  SELECT r.rolsuper AS superuser,
         ARRAY(SELECT m.rolname::text FROM pg_catalog.pg_roles m
                WHERE m.rolname IN ('pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program')
                  AND pg_catalog.pg_has_role(r.oid, m.oid, 'MEMBER')) AS roles
    FROM pg_catalog.pg_roles r WHERE r.rolname = session_user`

/**
 * Refuses a user who may do more than a read-only transaction holds back.
 *
 * @throws McpError `forbidden`, reason `superuser`.
 */
export async function checkRole(client: ClientBase, database: string): Promise<void> {
  const { rows } = await client.query<{ superuser: boolean; roles: string[] }>(powers)
  const { superuser = true, roles = [] } = rows[0] ?? {}
  if (!superuser && roles.length === 0) return
  const what = superuser ? 'is a superuser' : `has the role ${roles.join(', ')}`
  throw new McpError(
    'forbidden',
    `The user of the database "${database}" ${what}, whom a read-only transaction does not hold back. Give the database a user with fewer rights, or set allowSuperuser.`,
    { details: { reason: 'superuser' } },
  )
}
