import type { StatementKind } from '../sql-guard.ts'
import type { ParseNode } from './parse-node.ts'
import { asList, asNode } from './parse-node.ts'

/** Kind of a statement, or `never` if no mode allows it. */
export type StatementRule = StatementKind | 'never'

// Rules by the name of the statement's node in PostgreSQL's parse tree.
const rules: ReadonlyMap<string, StatementRule> = new Map<string, StatementRule>([
  ['SelectStmt', 'read'],
  ['ExplainStmt', 'read'],
  ['VariableShowStmt', 'read'],
  ['InsertStmt', 'data'],
  ['UpdateStmt', 'data'],
  ['DeleteStmt', 'data'],
  ['MergeStmt', 'data'],
  ['TruncateStmt', 'data'],
  ['RefreshMatViewStmt', 'data'],
  ['ConstraintsSetStmt', 'data'],
  ['CreateStmt', 'schema'],
  ['CreateTableAsStmt', 'schema'],
  ['CreateSchemaStmt', 'schema'],
  ['CreateSeqStmt', 'schema'],
  ['CreateEnumStmt', 'schema'],
  ['CreateDomainStmt', 'schema'],
  ['CreateStatsStmt', 'schema'],
  ['CompositeTypeStmt', 'schema'],
  ['ViewStmt', 'schema'],
  ['IndexStmt', 'schema'],
  ['AlterSeqStmt', 'schema'],
  ['AlterEnumStmt', 'schema'],
  ['AlterDomainStmt', 'schema'],
  ['CommentStmt', 'schema'],
  // Each of these statements has effects beyond its transaction. They would also affect the next session that
  // uses the connection.
  ['TransactionStmt', 'never'],
  ['PrepareStmt', 'never'],
  ['ExecuteStmt', 'never'],
  ['DeallocateStmt', 'never'],
  ['DeclareCursorStmt', 'never'],
  ['FetchStmt', 'never'],
  ['ClosePortalStmt', 'never'],
  ['DiscardStmt', 'never'],
  ['ListenStmt', 'never'],
  ['UnlistenStmt', 'never'],
])

const schemaObjects = new Set([
  'OBJECT_TABLE',
  'OBJECT_VIEW',
  'OBJECT_MATVIEW',
  'OBJECT_INDEX',
  'OBJECT_SEQUENCE',
  'OBJECT_SCHEMA',
  'OBJECT_TYPE',
  'OBJECT_DOMAIN',
  'OBJECT_COLUMN',
  'OBJECT_ATTRIBUTE',
  'OBJECT_TABCONSTRAINT',
  'OBJECT_DOMCONSTRAINT',
  'OBJECT_STATISTIC_EXT',
])

// Only mode `admin` allows changes of owners, row security, triggers, rules and table spaces.
const administrative = /Owner|RowSecurity|Trig|Rule|TableSpace/

/** Returns the rule for a statement. `type` is the name of its node. */
export function statementRule(type: string, node: ParseNode): StatementRule {
  switch (type) {
    case 'DropStmt':
      return schemaObjects.has(String(node['removeType'])) ? 'schema' : 'admin'
    case 'RenameStmt':
      return schemaObjects.has(String(node['renameType'])) ? 'schema' : 'admin'
    case 'AlterTableStmt':
      return subtypes(node['cmds']).some((name) => administrative.test(name)) ? 'admin' : 'schema'
    case 'CopyStmt':
      // Without a file, COPY transfers rows from or to the client, which this server does not support.
      return node['filename'] === undefined ? 'never' : 'admin'
    case 'VariableSetStmt':
      return node['is_local'] === true ? 'admin' : 'never'
    default:
      return rules.get(type) ?? 'admin'
  }
}

function subtypes(commands: unknown): readonly string[] {
  return asList(commands).map((command) =>
    String(asNode(asNode(command)['AlterTableCmd'])['subtype']),
  )
}

/** Returns the SQL name of a statement: `CreateTableAsStmt` is `CREATE TABLE AS`. */
export function statementName(type: string): string {
  return (
    displayNames.get(type) ??
    type
      .replace(/Stmt$/, '')
      .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
      .toUpperCase()
  )
}

const displayNames: ReadonlyMap<string, string> = new Map([
  ['VariableSetStmt', 'SET'],
  ['VariableShowStmt', 'SHOW'],
  ['TransactionStmt', 'a transaction command (BEGIN, COMMIT, ROLLBACK, SAVEPOINT)'],
  ['CreateStmt', 'CREATE TABLE'],
  ['IndexStmt', 'CREATE INDEX'],
  ['ViewStmt', 'CREATE VIEW'],
  ['ListenStmt', 'LISTEN'],
  ['DeclareCursorStmt', 'DECLARE CURSOR'],
  ['CopyStmt', 'COPY'],
])
