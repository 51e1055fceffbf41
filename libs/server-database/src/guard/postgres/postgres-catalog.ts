import * as z from 'zod'

import type { EngineTransaction } from '../../engines/engine-transaction.ts'
import { readAllRows } from '../../statements/read-rows.ts'
import type { NameUse } from './postgres-reading.ts'

const functionInfo = z.object({
  use: z.enum(['call', 'operator', 'attribute']),
  /** Name in the statement, which is the name of the function or of its operator. */
  name: z.string(),
  schema: z.string(),
  functionName: z.string(),
  /** Whether the schema of the function is on the search path. */
  visible: z.boolean(),
  /** `i`mmutable, `s`table or `v`olatile. */
  volatility: z.string(),
  /** Whether the function is declared with SECURITY DEFINER. */
  runsAsOwner: z.boolean(),
  /** Whether the function is declared with SET, and so changes settings while it runs. */
  setsSettings: z.boolean(),
  language: z.string(),
  languageTrusted: z.boolean(),
  extension: z.string().nullable(),
  minArguments: z.number(),
  /** `null` if the function accepts any number of arguments. */
  maxArguments: z.number().nullable(),
  /** Body of a function in SQL. Empty for other languages. */
  source: z.string(),
})

/** A function that a name in a statement can refer to, as the connected server describes it. */
export type FunctionInfo = z.infer<typeof functionInfo>

// The query names the schema pg_catalog for each function and operator, so that the query calls no
// user-defined function.
const lookUp = `
WITH used AS (
  SELECT u.use, n.name
    FROM (VALUES ('call', $1), ('operator', $2), ('attribute', $3)) AS u (use, names),
         LATERAL pg_catalog.json_array_elements_text(u.names::pg_catalog.json) AS n (name)
), found AS (
  SELECT w.use, w.name, p.oid
    FROM used w JOIN pg_catalog.pg_proc p ON p.proname OPERATOR(pg_catalog.=) w.name::pg_catalog.name
   WHERE w.use OPERATOR(pg_catalog.=) 'call'
      OR w.use OPERATOR(pg_catalog.=) 'attribute' AND EXISTS (
           SELECT FROM pg_catalog.pg_type t
            WHERE t.oid OPERATOR(pg_catalog.=) p.proargtypes[0]
              AND t.typtype OPERATOR(pg_catalog.=) ANY (ARRAY['c', 'p']::pg_catalog."char"[]))
  UNION ALL
  SELECT w.use, w.name, o.oprcode::pg_catalog.oid
    FROM used w JOIN pg_catalog.pg_operator o ON o.oprname OPERATOR(pg_catalog.=) w.name::pg_catalog.name
   WHERE w.use OPERATOR(pg_catalog.=) 'operator'
)
SELECT pg_catalog.row_to_json(info) FROM (
  SELECT found.use, found.name, n.nspname AS schema, p.proname AS "functionName",
         n.nspname OPERATOR(pg_catalog.=) ANY (pg_catalog.current_schemas(true)) AS visible,
         p.provolatile AS volatility, p.prosecdef AS "runsAsOwner", p.proconfig IS NOT NULL AS "setsSettings",
         l.lanname AS language, l.lanpltrusted AS "languageTrusted",
         (SELECT e.extname
            FROM pg_catalog.pg_depend d
            JOIN pg_catalog.pg_extension e ON e.oid OPERATOR(pg_catalog.=) d.refobjid
           WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass::pg_catalog.oid
             AND d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_extension'::pg_catalog.regclass::pg_catalog.oid
             AND d.objid OPERATOR(pg_catalog.=) p.oid
             AND d.deptype OPERATOR(pg_catalog.=) 'e'
           LIMIT 1) AS extension,
         p.pronargs OPERATOR(pg_catalog.-) p.pronargdefaults AS "minArguments",
         CASE WHEN p.provariadic OPERATOR(pg_catalog.=) 0::pg_catalog.oid
               AND p.prokind OPERATOR(pg_catalog.<>) 'a' THEN p.pronargs END AS "maxArguments",
         CASE WHEN l.lanname OPERATOR(pg_catalog.=) 'sql'::pg_catalog.name THEN p.prosrc ELSE '' END AS source
    FROM found
    JOIN pg_catalog.pg_proc p ON p.oid OPERATOR(pg_catalog.=) found.oid
    JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) p.pronamespace
    JOIN pg_catalog.pg_language l ON l.oid OPERATOR(pg_catalog.=) p.prolang
   -- Built-in functions are harmless if an operator or an attribute (row.function) uses them. Every function
   -- that the statement calls is returned, because each is checked.
   WHERE found.use OPERATOR(pg_catalog.=) 'call' OR n.nspname OPERATOR(pg_catalog.<>) 'pg_catalog'::pg_catalog.name
) AS info`

/** Queries the connected server for the functions that the names can refer to. */
export async function lookUpFunctions(
  uses: readonly NameUse[],
  transaction: EngineTransaction,
  signal: AbortSignal,
): Promise<readonly FunctionInfo[]> {
  const names = (as: NameUse['as']): string =>
    JSON.stringify([...new Set(uses.filter((use) => use.as === as).map(({ name }) => name))])
  const params = [names('call'), names('operator'), names('attribute')]
  const options = { maxRows: maxFunctions, signal }
  const { rows } = await readAllRows(transaction, lookUp, params, options)
  return rows.map(([info]) => functionInfo.parse(info))
}

/** Maximum number of functions to read. The names of one statement match fewer functions on any server. */
const maxFunctions = 100_000
