// Each query returns one column `info`, which contains JSON text. `json_patch` omits null values.
const asInfo = (object: string) => `json_patch('{}', ${object}) AS info`

const bool = (condition: string) => `json(CASE WHEN ${condition} THEN 'true' ELSE 'false' END)`

const tableInfo = `json_object('schema', t.schema, 'name', t.name, 'kind',
  CASE t.type WHEN 'view' THEN 'view' WHEN 'virtual' THEN 'virtual-table' ELSE 'table' END)`

const isListed = `t.type <> 'shadow' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`

export const schemas = `SELECT json_object('name', name) AS info FROM pragma_database_list
  WHERE name <> 'temp' ORDER BY seq`

export const tables = `SELECT ${tableInfo} AS info FROM pragma_table_list t
  WHERE t.schema = ?1 AND ${isListed} ORDER BY t.name`

// Names in SQLite are case-insensitive.
export const table = `SELECT ${tableInfo} AS info FROM pragma_table_list t
  WHERE t.schema = ?1 AND t.name = ?2 COLLATE NOCASE`

export const analysed = `SELECT json_object('analysed', ${bool('count(*) > 0')}) AS info
  FROM sqlite_schema WHERE name = 'sqlite_stat1'`

export const estimates = `SELECT json_array(tbl, max(CAST(stat AS INTEGER))) AS info
  FROM sqlite_stat1 GROUP BY tbl`

export const columns = `SELECT ${asInfo(`json_object('name', name, 'type', type,
  'nullable', ${bool('"notnull" = 0')}, 'default', dflt_value,
  'generated', CASE WHEN hidden IN (2, 3) THEN json('true') END)`)}
  FROM pragma_table_xinfo(?1) WHERE hidden <> 1 ORDER BY cid`

export const primaryKey = `SELECT json_group_array(name ORDER BY pk) AS info
  FROM pragma_table_info(?1) WHERE pk > 0`

export const foreignKeys = `SELECT json_object('columns', json_group_array("from" ORDER BY seq),
  'references', json_object('schema', 'main', 'table', "table",
    'columns', json(CASE WHEN max("to") IS NULL THEN '[]' ELSE json_group_array("to" ORDER BY seq) END)),
  'onDelete', on_delete, 'onUpdate', on_update) AS info
  FROM pragma_foreign_key_list(?1) GROUP BY id ORDER BY id`

const indexColumns = `(SELECT json_group_array(coalesce(i.name, '(expression)') ORDER BY i.seqno)
  FROM pragma_index_info(l.name) i)`

export const indexes = `SELECT ${asInfo(`json_object('name', l.name,
  'unique', ${bool('l."unique"')}, 'columns', json(${indexColumns}),
  'definition', (SELECT s.sql FROM sqlite_schema s WHERE s.type = 'index' AND s.name = l.name))`)}
  FROM pragma_index_list(?1) l ORDER BY l.name`

export const constraints = `SELECT json_object('kind', 'unique', 'columns', json(${indexColumns})) AS info
  FROM pragma_index_list(?1) l WHERE l.origin = 'u' ORDER BY l.name`

const matches = (name: string) => `instr(lower(${name}), lower(?1)) > 0`

export const objects = `SELECT info FROM (
  SELECT ${tableInfo} AS info, t.name AS name, '' AS parent FROM pragma_table_list t
    WHERE t.schema = 'main' AND ${isListed} AND ${matches('t.name')}
  UNION ALL
  SELECT json_object('kind', 'column', 'schema', 'main', 'name', c.name, 'table', t.name),
    c.name, t.name
    FROM pragma_table_list t JOIN pragma_table_xinfo(t.name) c
    WHERE t.schema = 'main' AND ${isListed} AND c.hidden <> 1 AND ${matches('c.name')}
  UNION ALL
  SELECT json_object('kind', 'index', 'schema', 'main', 'name', s.name, 'table', s.tbl_name),
    s.name, s.tbl_name
    FROM sqlite_schema s WHERE s.type = 'index' AND ${matches('s.name')}
) ORDER BY name, parent`
