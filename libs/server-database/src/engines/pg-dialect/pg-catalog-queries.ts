// Each query returns a column `info`, which contains JSON. Objects in it have no null values.

const ownSchemas = `n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'`

const kind = `CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized-view'
  WHEN 'f' THEN 'foreign-table' ELSE 'table' END`

// `reltuples` is -1 for a table that was never analysed.
const tableInfo = `json_build_object('schema', n.nspname, 'name', c.relname, 'kind', ${kind},
  'comment', obj_description(c.oid, 'pg_class'),
  'rowEstimate', CASE WHEN c.reltuples >= 0 AND c.relkind <> 'v' THEN c.reltuples::bigint END)`

const asInfo = (object: string) => `json_strip_nulls(${object}) AS info`

export const schemas = `
  SELECT ${asInfo(`json_build_object('name', n.nspname, 'comment', obj_description(n.oid, 'pg_namespace'))`)}
  FROM pg_catalog.pg_namespace n WHERE ${ownSchemas} ORDER BY n.nspname`

export const tables = `
  SELECT ${asInfo(tableInfo)}
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
    AND CASE WHEN $1::text IS NULL THEN ${ownSchemas} ELSE n.nspname = $1::text END
  ORDER BY n.nspname, c.relname`

export const table = `
  SELECT c.oid::bigint AS oid, ${asInfo(tableInfo)}
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relname = $2::text
    AND CASE WHEN $1::text IS NULL THEN pg_catalog.pg_table_is_visible(c.oid) ELSE n.nspname = $1::text END
  LIMIT 1`

export const columns = `
  SELECT ${asInfo(`json_build_object('name', a.attname,
    'type', pg_catalog.format_type(a.atttypid, a.atttypmod), 'nullable', NOT a.attnotnull,
    'default', pg_get_expr(d.adbin, d.adrelid),
    'generated', CASE WHEN a.attgenerated <> '' OR a.attidentity <> '' THEN true END,
    'comment', col_description(a.attrelid, a.attnum))`)}
  FROM pg_catalog.pg_attribute a
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE a.attrelid = $1::bigint::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`

const columnNames = (table: string, numbers: string) => `(
  SELECT coalesce(json_agg(a.attname ORDER BY k.ordinal), '[]'::json)
  FROM unnest(${numbers}) WITH ORDINALITY AS k(number, ordinal)
  JOIN pg_catalog.pg_attribute a ON a.attrelid = ${table} AND a.attnum = k.number)`

export const primaryKey = `
  SELECT ${columnNames('con.conrelid', 'con.conkey')} AS info
  FROM pg_catalog.pg_constraint con WHERE con.conrelid = $1::bigint::oid AND con.contype = 'p'`

const action = (code: string) => `CASE ${code} WHEN 'c' THEN 'CASCADE' WHEN 'r' THEN 'RESTRICT'
  WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' ELSE 'NO ACTION' END`

export const foreignKeys = `
  SELECT ${asInfo(`json_build_object('name', con.conname,
    'columns', ${columnNames('con.conrelid', 'con.conkey')},
    'references', json_build_object('schema', n.nspname, 'table', c.relname,
      'columns', ${columnNames('con.confrelid', 'con.confkey')}),
    'onDelete', ${action('con.confdeltype')}, 'onUpdate', ${action('con.confupdtype')})`)}
  FROM pg_catalog.pg_constraint con
  JOIN pg_catalog.pg_class c ON c.oid = con.confrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE con.conrelid = $1::bigint::oid AND con.contype = 'f' ORDER BY con.conname`

export const indexes = `
  SELECT ${asInfo(`json_build_object('name', c.relname, 'unique', i.indisunique,
    'columns', (SELECT json_agg(coalesce(a.attname, pg_get_indexdef(i.indexrelid, ordinal, true)) ORDER BY ordinal)
      FROM generate_series(1, i.indnkeyatts) AS ordinal
      LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[ordinal - 1]),
    'definition', pg_get_indexdef(i.indexrelid))`)}
  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
  WHERE i.indrelid = $1::bigint::oid ORDER BY c.relname`

export const constraints = `
  SELECT ${asInfo(`json_build_object('name', con.conname,
    'kind', CASE con.contype WHEN 'u' THEN 'unique' WHEN 'c' THEN 'check' ELSE 'exclusion' END,
    'columns', ${columnNames('con.conrelid', 'con.conkey')},
    'definition', pg_get_constraintdef(con.oid, true))`)}
  FROM pg_catalog.pg_constraint con
  WHERE con.conrelid = $1::bigint::oid AND con.contype IN ('u', 'c', 'x') ORDER BY con.conname`

// strpos instead of LIKE, because the text must not be interpreted as a pattern.
const matches = (word: string) => `strpos(lower(${word}), lower($1::text)) > 0`

const searchQuery = (source: {
  readonly kind: string
  readonly name: string
  readonly table?: string
  readonly comment: string
  readonly from: string
}) => `
  SELECT json_build_object('kind', ${source.kind}, 'schema', n.nspname, 'name', ${source.name},
    'table', ${source.table ?? 'NULL'}, 'comment', ${source.comment}) AS info,
    n.nspname AS schema, ${source.name} AS name
  FROM ${source.from}
  WHERE ${ownSchemas} AND (${matches(source.name)} OR ${matches(source.comment)})`

const relation = (relkinds: string) => `pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND c.relkind IN (${relkinds})`

export const objects = `
  SELECT json_strip_nulls(info) AS info FROM (
    ${searchQuery({
      kind: kind,
      name: 'c.relname',
      comment: `obj_description(c.oid, 'pg_class')`,
      from: relation(`'r', 'p', 'v', 'm', 'f'`),
    })}
    UNION ALL ${searchQuery({
      kind: `'column'`,
      name: 'a.attname',
      table: 'c.relname',
      comment: 'col_description(c.oid, a.attnum)',
      from: `${relation(`'r', 'p', 'v', 'm', 'f'`)}
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped`,
    })}
    UNION ALL ${searchQuery({
      kind: `'index'`,
      name: 'c.relname',
      table: 't.relname',
      comment: `obj_description(c.oid, 'pg_class')`,
      from: `${relation(`'i', 'I'`)}
        JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
        JOIN pg_catalog.pg_class t ON t.oid = i.indrelid`,
    })}
    UNION ALL ${searchQuery({
      kind: `'routine'`,
      name: 'p.proname',
      comment: `obj_description(p.oid, 'pg_proc')`,
      from: `pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace`,
    })}
  ) AS found ORDER BY schema, name, info ->> 'kind'`
