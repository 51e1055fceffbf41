import { serveWorker } from '../workers/serve-worker.ts'
import { readMysql } from './mysql/mysql-reading.ts'
import { parsePostgres } from './postgres/postgres-parser.ts'
import { readSqlite } from './sqlite/sqlite-reading.ts'

serveWorker({ postgresql: parsePostgres, mysql: readMysql, sqlite: readSqlite })
