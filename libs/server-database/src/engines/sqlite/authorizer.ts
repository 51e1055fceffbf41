import { constants } from 'node:sqlite'
import type { DatabaseSync } from 'node:sqlite'

import type { Access } from '../engine-transaction.ts'

const reading: ReadonlySet<number> = new Set([
  constants.SQLITE_SELECT,
  constants.SQLITE_READ,
  constants.SQLITE_FUNCTION,
  constants.SQLITE_RECURSIVE,
])

/** Actions that no statement of a caller may perform, because they reach beyond its transaction or file. */
const neverAllowed: ReadonlySet<number> = new Set([
  constants.SQLITE_ATTACH,
  constants.SQLITE_DETACH,
  constants.SQLITE_TRANSACTION,
  constants.SQLITE_SAVEPOINT,
])

const readingPragmas =
  /^(?:table_(?:list|info|xinfo)|index_(?:list|info|xinfo)|foreign_key_(?:check|list)|database_list|collation_list|function_list|module_list|pragma_list|compile_options|user_version|schema_version|data_version|application_id|encoding|page_count|page_size|freelist_count|journal_mode|foreign_keys|recursive_triggers|quick_check|integrity_check)$/i

/**
 * Sets the authorizer, which SQLite calls for each action of a statement that it prepares. Removes the
 * authorizer if `access` is undefined.
 */
export function authorize(database: DatabaseSync, access: Access | undefined): void {
  // Node has authorizers since 24.10. In older versions, only the guard and SQLite's own modes limit access.
  if (typeof database.setAuthorizer !== 'function') return
  database.setAuthorizer(
    access === undefined ? null : (action, first, second) => decide(access, action, first, second),
  )
}

function decide(
  access: Access,
  action: number,
  first: string | null,
  second: string | null,
): number {
  const { SQLITE_OK: yes, SQLITE_DENY: no } = constants
  if (neverAllowed.has(action)) return no
  if (action === constants.SQLITE_FUNCTION) return second === 'load_extension' ? no : yes
  if (action === constants.SQLITE_PRAGMA) {
    const isSetting =
      second !== null &&
      /_version$|_keys$|^(?:application_id|encoding|journal_mode|recursive_triggers)$/i.test(
        first ?? '',
      )
    return readingPragmas.test(first ?? '') && !isSetting ? yes : no
  }
  return access === 'read-write' || reading.has(action) ? yes : no
}
