import type { JsonValue } from '../sql-value.ts'
import type { ArrayFormat } from './pg-array-param.ts'
import { parsePgArray } from './pg-array.ts'
import { builtinArrayFormat, builtinTypeName, readPgValue } from './pg-value.ts'

interface CustomType {
  readonly name: string
  /** Type of the elements, if the type is an array. */
  readonly element?: number | undefined
  readonly format?: ArrayFormat | undefined
}

/** Runs a query without params. Returns its rows as text. */
export type QueryTypes = (sql: string) => Promise<readonly (readonly (string | null)[])[]>

/** The types of a database. Types that are not built in are queried once. */
export interface PgTypes {
  /** Returns the name of a type, or its number if it was not loaded yet. */
  nameOf(oid: number): string
  /** Queries the types that are unknown. Returns those that are arrays. */
  load(oids: readonly number[], query: QueryTypes): Promise<ReadonlySet<number>>
  /** Converts a value in PostgreSQL's text format. A value of an unknown type remains text. */
  readonly read: (oid: number, text: string | null) => JsonValue
  /** Returns the format of an array type, or undefined for another type. */
  arrayFormat(oid: number): ArrayFormat | undefined
}

// A domain is sent as its base type, but an array of a domain has its own type.
const lookUp = (oids: readonly number[]) => `
  SELECT u.oid, pg_catalog.format_type(u.oid, NULL), e.typdelim,
    CASE e.typtype WHEN 'd' THEN e.typbasetype ELSE e.oid END
  FROM pg_catalog.unnest(ARRAY[${oids.join(',')}]::pg_catalog.oid[]) AS u (oid)
  LEFT JOIN pg_catalog.pg_type t
    ON t.oid = u.oid AND t.typoutput = 'pg_catalog.array_out'::pg_catalog.regproc
  LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem`

const jsonTypes: ReadonlySet<number> = new Set([114, 3802])

export function createPgTypes(): PgTypes {
  const custom = new Map<number, CustomType>()

  return {
    nameOf: (oid) => builtinTypeName(oid) ?? custom.get(oid)?.name ?? String(oid),
    async load(oids, query) {
      const loaded = new Set<number>()
      const unknown = oids.filter((oid) => builtinTypeName(oid) === undefined && !custom.has(oid))
      if (unknown.length === 0) return loaded
      for (const [oid, name, delimiter, element] of await query(lookUp([...new Set(unknown)]))) {
        const number = Number(oid)
        if (typeof element !== 'string' || typeof delimiter !== 'string') {
          custom.set(number, { name: name ?? String(oid) })
          continue
        }
        const format = { delimiter, isJson: jsonTypes.has(Number(element)) }
        custom.set(number, { name: name ?? String(oid), element: Number(element), format })
        loaded.add(number)
      }
      return loaded
    },
    read(oid, text) {
      const { element, format } = custom.get(oid) ?? {}
      if (text === null || element === undefined) return readPgValue(oid, text)
      return parsePgArray(text, (each) => readPgValue(element, each), format?.delimiter)
    },
    arrayFormat: (oid) => builtinArrayFormat(oid) ?? custom.get(oid)?.format,
  }
}
