const ownSchemas = `NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys')`

const kind = (type: string) => `IF(${type} LIKE '%VIEW', 'view', 'table')`

export const schemas = `
  SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA
  WHERE SCHEMA_NAME ${ownSchemas} ORDER BY SCHEMA_NAME`

const tableInfo = `TABLE_SCHEMA AS \`schema\`, TABLE_NAME AS name, ${kind('TABLE_TYPE')} AS kind,
  IF(TABLE_TYPE LIKE '%VIEW', NULL, TABLE_COMMENT) AS comment, TABLE_ROWS AS rowEstimate`

const isTable = `TABLE_TYPE IN ('BASE TABLE', 'VIEW', 'SYSTEM VIEW', 'SYSTEM VERSIONED')`

export const tables = `
  SELECT ${tableInfo} FROM information_schema.TABLES
  WHERE ${isTable} AND IF(? IS NULL, TABLE_SCHEMA ${ownSchemas}, TABLE_SCHEMA = ?)
  ORDER BY TABLE_SCHEMA, TABLE_NAME`

export const table = `
  SELECT ${tableInfo} FROM information_schema.TABLES
  WHERE ${isTable} AND TABLE_SCHEMA = COALESCE(?, DATABASE()) AND TABLE_NAME = ?`

export const columns = `
  SELECT COLUMN_NAME AS name, COLUMN_TYPE AS type, IS_NULLABLE AS nullable, COLUMN_DEFAULT AS \`default\`,
    EXTRA AS extra, COLUMN_COMMENT AS comment
  FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION`

export const keyColumns = `
  SELECT k.CONSTRAINT_NAME AS name, c.CONSTRAINT_TYPE AS kind, k.COLUMN_NAME AS \`column\`,
    k.REFERENCED_TABLE_SCHEMA AS referencedSchema, k.REFERENCED_TABLE_NAME AS referencedTable,
    k.REFERENCED_COLUMN_NAME AS referencedColumn, r.DELETE_RULE AS onDelete, r.UPDATE_RULE AS onUpdate
  FROM information_schema.KEY_COLUMN_USAGE k
  JOIN information_schema.TABLE_CONSTRAINTS c
    ON c.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND c.CONSTRAINT_NAME = k.CONSTRAINT_NAME
   AND c.TABLE_SCHEMA = k.TABLE_SCHEMA AND c.TABLE_NAME = k.TABLE_NAME
  LEFT JOIN information_schema.REFERENTIAL_CONSTRAINTS r
    ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME
   AND r.TABLE_NAME = k.TABLE_NAME
  WHERE k.TABLE_SCHEMA = ? AND k.TABLE_NAME = ? ORDER BY k.CONSTRAINT_NAME, k.ORDINAL_POSITION`

export const checks = `
  SELECT c.CONSTRAINT_NAME AS name, c.CHECK_CLAUSE AS definition
  FROM information_schema.CHECK_CONSTRAINTS c
  JOIN information_schema.TABLE_CONSTRAINTS t
    ON t.CONSTRAINT_SCHEMA = c.CONSTRAINT_SCHEMA AND t.CONSTRAINT_NAME = c.CONSTRAINT_NAME
  WHERE t.CONSTRAINT_TYPE = 'CHECK' AND t.TABLE_SCHEMA = ? AND t.TABLE_NAME = ? ORDER BY c.CONSTRAINT_NAME`

export const indexColumns = `
  SELECT INDEX_NAME AS name, NON_UNIQUE AS nonUnique, COLUMN_NAME AS \`column\`
  FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?
  ORDER BY INDEX_NAME, SEQ_IN_INDEX`

// LOCATE instead of LIKE, because the text must not be interpreted as a pattern.
const matches = (word: string) => `LOCATE(LOWER(?), LOWER(${word})) > 0`

/** Number of placeholders for the searched text in {@link objects}. */
export const objectsParams = 8

export const objects = `
  SELECT ${kind('TABLE_TYPE')} AS kind, TABLE_SCHEMA AS \`schema\`, TABLE_NAME AS name, NULL AS \`table\`,
    IF(TABLE_TYPE LIKE '%VIEW', NULL, TABLE_COMMENT) AS comment
  FROM information_schema.TABLES
  WHERE ${isTable} AND TABLE_SCHEMA ${ownSchemas} AND (${matches('TABLE_NAME')} OR ${matches('TABLE_COMMENT')})
  UNION ALL
  SELECT 'column', TABLE_SCHEMA, COLUMN_NAME, TABLE_NAME, COLUMN_COMMENT FROM information_schema.COLUMNS
  WHERE TABLE_SCHEMA ${ownSchemas} AND (${matches('COLUMN_NAME')} OR ${matches('COLUMN_COMMENT')})
  UNION ALL
  SELECT DISTINCT 'index', TABLE_SCHEMA, INDEX_NAME, TABLE_NAME, INDEX_COMMENT FROM information_schema.STATISTICS
  WHERE TABLE_SCHEMA ${ownSchemas} AND (${matches('INDEX_NAME')} OR ${matches('INDEX_COMMENT')})
  UNION ALL
  SELECT 'routine', ROUTINE_SCHEMA, ROUTINE_NAME, NULL, ROUTINE_COMMENT FROM information_schema.ROUTINES
  WHERE ROUTINE_SCHEMA ${ownSchemas} AND (${matches('ROUTINE_NAME')} OR ${matches('ROUTINE_COMMENT')})
  ORDER BY \`schema\`, name, kind`
