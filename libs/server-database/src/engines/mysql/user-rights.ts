// Each of these privileges lets a user access files or administer the server in a read-only transaction.
const privilegedGrants =
  /\b(ALL PRIVILEGES|SUPER|FILE|SYSTEM_VARIABLES_ADMIN|READ_ONLY ADMIN|READ ONLY ADMIN|CREATE USER|SHUTDOWN)\b/

// Each of these further privileges lets a user do more than read tables.
const furtherGrants =
  /\b(INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|INDEX|TRIGGER|EVENT|EXECUTE|PROCESS|RELOAD|LOCK TABLES|REPLICATION CLIENT)\b/

/** Rows of `SHOW GRANTS`. */
type Grants = readonly (readonly string[])[]

/**
 * Returns a privilege of the user that a read-only transaction does not restrict, or undefined if there is
 * none.
 */
export function findPrivilege(grants: Grants): string | undefined {
  for (const [grant = ''] of grants) {
    const [, privileges] = /^GRANT (.+) ON \*\.\* TO /.exec(grant) ?? []
    const granted = privilegedGrants.exec(privileges ?? '')?.[1]
    if (granted !== undefined) return `has ${granted} on all databases`
  }
  return undefined
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
