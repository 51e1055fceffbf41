import type { ClientBase } from 'pg'

import type { Column } from '../sql-value.ts'
import { builtinTypeName } from '../pg-dialect/pg-value.ts'
import type { PortalField } from './postgres-exchange.ts'

const lookUp = `
  SELECT u.oid::pg_catalog.text AS oid, pg_catalog.format_type(u.oid, NULL) AS name
    FROM pg_catalog.unnest($1::pg_catalog.oid[]) AS u (oid)`

/**
 * Returns the columns with the names of their types. The name of a type that is not built in is queried
 * once. Without a client, the number of the type replaces a name that was not queried yet.
 */
export async function nameColumns(
  fields: readonly PortalField[],
  known: Map<number, string>,
  client: ClientBase | undefined,
): Promise<readonly Column[]> {
  const nameOf = (oid: number) => builtinTypeName(oid) ?? known.get(oid)
  const unknown = fields
    .map(({ dataTypeID }) => dataTypeID)
    .filter((oid) => nameOf(oid) === undefined)
  if (unknown.length > 0 && client !== undefined) {
    const { rows } = await client.query<{ oid: string; name: string }>(lookUp, [unknown])
    for (const { oid, name } of rows) known.set(Number(oid), name)
  }
  return fields.map(({ name, dataTypeID }) => ({
    name,
    type: nameOf(dataTypeID) ?? String(dataTypeID),
  }))
}
