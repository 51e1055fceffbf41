import type { ClientBase } from 'pg'

import type { PgTypes } from '../pg-dialect/pg-types.ts'

/** Loads the types that are not built in. Returns those that are arrays. */
export function loadTypes(
  client: ClientBase,
  types: PgTypes,
  oids: readonly number[],
): Promise<ReadonlySet<number>> {
  return types.load(oids, async (sql) => {
    const { rows } = await client.query<(string | null)[]>({
      text: sql,
      rowMode: 'array',
      types: asText,
    })
    return rows
  })
}

const asText = { getTypeParser: () => String }
