import type { StatementKind } from '../sql-guard.ts'
import type { ParseNode } from './parse-node.ts'
import { asList, asNode } from './parse-node.ts'

/** Kinds of statements by the name of their node in PostgreSQL's parse tree. */
export type StatementRule = StatementKind | 'never'

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
  // Each of these has effects beyond its transaction, on a connection that other sessions use next.
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

// Owners and row policies of tables are reserved to administrators.
const administrative = /Owner|RowSecurity|Trig|Rule|TableSpace/

/** Returns the rule for the statement at the root of a parse tree. */
export function statementRule(type: string, node: ParseNode): StatementRule {
  switch (type) {
    case 'DropStmt':
      return schemaObjects.has(String(node['removeType'])) ? 'schema' : 'admin'
    case 'RenameStmt':
      return schemaObjects.has(String(node['renameType'])) ? 'schema' : 'admin'
    case 'AlterTableStmt':
      return subtypes(node['cmds']).some((name) => administrative.test(name)) ? 'admin' : 'schema'
    case 'CopyStmt':
      // COPY from or to the client: this server cannot transfer its rows.
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
