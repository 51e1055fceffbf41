import type { ClientBase } from 'pg'

// Superusers and members of these roles can access files or run programs even in a READ ONLY transaction.
const privilegesQuery = `
  SELECT r.rolsuper AS superuser,
         ARRAY(SELECT m.rolname::text FROM pg_catalog.pg_roles m
                WHERE m.rolname IN ('pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program')
                  AND pg_catalog.pg_has_role(r.oid, m.oid, 'MEMBER')) AS roles
    FROM pg_catalog.pg_roles r WHERE r.rolname = session_user`

/**
 * Returns a privilege of the user that a read-only transaction does not restrict, or undefined if there is
 * none.
 */
export async function findPrivilege(client: ClientBase): Promise<string | undefined> {
  const { rows } = await client.query<{ superuser: boolean; roles: string[] }>(privilegesQuery)
  const { superuser = true, roles = [] } = rows[0] ?? {}
  if (superuser) return 'is a superuser'
  return roles.length === 0 ? undefined : `has the role ${roles.join(', ')}`
}

const writableTables = `
  SELECT EXISTS (
    SELECT FROM pg_catalog.pg_class c
     WHERE c.relkind IN ('r', 'p') AND c.relnamespace::pg_catalog.regnamespace::text !~ '^(pg_|information_schema)'
       AND pg_catalog.has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')) AS found`

/** Whether the user may change the rows of any table outside the system schemas. */
export async function mayWrite(client: ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(writableTables)
  return rows[0]?.found === true
}
