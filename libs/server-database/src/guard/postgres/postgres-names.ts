import { nameParts } from './parse-node.ts'

/** Settings that `SHOW` and `current_setting` may read. Other settings can reveal secrets or paths. */
export const readableSettings: ReadonlySet<string> = new Set([
  'server_version',
  'server_version_num',
  'server_encoding',
  'client_encoding',
  'timezone',
  'datestyle',
  'intervalstyle',
  'lc_collate',
  'lc_ctype',
  'lc_messages',
  'lc_monetary',
  'lc_numeric',
  'lc_time',
  'search_path',
  'standard_conforming_strings',
  'bytea_output',
  'extra_float_digits',
  'integer_datetimes',
  'is_superuser',
  'transaction_isolation',
  'transaction_read_only',
  'default_transaction_isolation',
  'default_transaction_read_only',
  'default_text_search_config',
  'statement_timeout',
  'lock_timeout',
  'idle_in_transaction_session_timeout',
  'max_connections',
  'max_identifier_length',
  'block_size',
  'work_mem',
  'shared_buffers',
  'effective_cache_size',
])

/** Functions that are declared volatile but change nothing. */
export const harmlessVolatile: ReadonlySet<string> = new Set([
  'random',
  'random_normal',
  'clock_timestamp',
  'timeofday',
  'gen_random_uuid',
  'uuidv4',
  'uuidv7',
  'uuid_generate_v1',
  'uuid_generate_v1mc',
  'uuid_generate_v4',
  'gen_random_bytes',
  'pg_column_compression',
  'pg_database_size',
  'pg_indexes_size',
  'pg_relation_size',
  'pg_table_size',
  'pg_total_relation_size',
])

/**
 * Functions that only mode `admin` allows, even if the server declares them harmless. They access files,
 * programs, other servers, other sessions or settings, run SQL from a string, or sleep.
 */
const dangerousFunctions: readonly RegExp[] = [
  /^pg_(read|write|stat)_(binary_)?file/,
  /^pg_(file|ls|logical|replication|backup|start_backup|stop_backup|wal|advisory|try_advisory)_/,
  /^pg_(hba|ident|show)_/,
  /^pg_(sleep|terminate|cancel|reload|rotate|current_logfile|promote|switch|create|drop|copy|export_snapshot|notify|log_)/,
  /^pg_(config|start_backup|stop_backup|tablespace_location|stat_get_activity|stat_reset|import|prewarm|extension_config_dump)/,
  /^lo_/,
  /^lo(read|write)$/,
  /^dblink/,
  /^postgres_fdw/,
  /^(set_config|txid_current|pg_current_xact_id)$/,
  /^(query|cursor|table|schema|database)_to_xml/,
  /^(crosstab|connectby|xpath_table|xslt_process|ts_stat)/,
  /^binary_upgrade_/,
  /^pg_(cursor|prepared_|get_backend_memory_contexts|get_shmem_allocations|stat_get_backend_|listening_)/,
  /^pg_(lock_status|blocking_pids|safe_snapshot_blocking|isolation_test|get_replication_slots|get_aios)/,
  /^pg_stat_get_(progress|replication|subscription|wal_|recovery)/,
]

/** Returns why only mode `admin` allows a function, or undefined if the other modes allow it as well. */
export function dangerOfFunction(name: string): string | undefined {
  if (!dangerousFunctions.some((pattern) => pattern.test(name))) return undefined
  if (name.startsWith('pg_sleep'))
    return 'waits, and occupies a connection of the database meanwhile'
  if (/^pg_(try_)?advisory_/.test(name)) return 'takes locks for which other sessions wait'
  return 'accesses files, programs, other sessions or settings, or runs SQL from a string'
}

/** System tables and views that reveal passwords, settings, paths, or the activity of other sessions. */
const privateRelations: ReadonlySet<string> = new Set([
  'pg_authid',
  'pg_shadow',
  'pg_settings',
  'pg_config',
  'pg_file_settings',
  'pg_db_role_setting',
  'pg_hba_file_rules',
  'pg_ident_file_mappings',
  'pg_user_mapping',
  'pg_user_mappings',
  'user_mapping_options',
  'pg_foreign_server',
  'pg_subscription',
  'pg_largeobject',
  'pg_stat_activity',
  'pg_stat_statements',
  'pg_prepared_statements',
  'pg_cursors',
  'pg_backend_memory_contexts',
  'pg_shmem_allocations',
  'pg_locks',
  'pg_prepared_xacts',
  'pg_replication_origin_status',
  'pg_replication_slots',
  'pg_aios',
])

// Views that describe the connections and processes of the server.
const activityViews =
  /^pg_stat_(?:progress_\w+|replication\w*|ssl|gssapi|wal_receiver|subscription\w*|recovery\w*|statements\w*)$/

export function isPrivateRelation(name: string): boolean {
  return privateRelations.has(name) || activityViews.test(name)
}

/**
 * Returns the function that an older server calls for a node with newer syntax, if there is one. The parser
 * reads the syntax of PostgreSQL 18. An older server reads some of this syntax as a call of a function.
 */
export function functionOfOlderServers(
  name: string,
  node: Readonly<Record<string, unknown>>,
): string | undefined {
  if (name === 'JsonFuncExpr')
    return /^JSON_[A-Z]+(?=_OP$)/.exec(String(node['op']))?.[0].toLowerCase()
  if (name !== 'FuncCall') return laterSyntax.get(name)
  const [schema, called] = nameParts(node['funcname'])
  return schema === 'pg_catalog' && called !== undefined && laterKeywords.has(called)
    ? called
    : undefined
}

const laterSyntax: ReadonlyMap<string, string> = new Map([
  ['JsonArrayAgg', 'json_arrayagg'],
  ['JsonArrayConstructor', 'json_array'],
  ['JsonArrayQueryConstructor', 'json_array'],
  ['JsonObjectAgg', 'json_objectagg'],
  ['JsonObjectConstructor', 'json_object'],
  ['JsonParseExpr', 'json'],
  ['JsonScalarExpr', 'json_scalar'],
  ['JsonSerializeExpr', 'json_serialize'],
  ['JsonTable', 'json_table'],
  ['MergeSupportFunc', 'merge_action'],
])

/** Keywords that the parser converts to calls of functions in `pg_catalog`. */
const laterKeywords = new Set(['json_object', 'normalize'])

/** Extensions whose non-volatile functions only compute. */
export const trustedExtensions: ReadonlySet<string> = new Set([
  'bloom',
  'btree_gin',
  'btree_gist',
  'citext',
  'cube',
  'dict_int',
  'dict_xsyn',
  'earthdistance',
  'fuzzystrmatch',
  'hstore',
  'intarray',
  'isn',
  'ltree',
  'pg_trgm',
  'pgcrypto',
  'postgis',
  'seg',
  'tablefunc',
  'tsm_system_rows',
  'tsm_system_time',
  'unaccent',
  'uuid-ossp',
  'vector',
])
