import { serveMethods } from '@mcp/sandbox/worker'

import { readMysql } from './mysql/mysql-reading.ts'
import { parsePostgres } from './postgres/postgres-parser.ts'
import { readSqlite } from './sqlite/sqlite-reading.ts'

serveMethods({ postgresql: parsePostgres, mysql: readMysql, sqlite: readSqlite })
