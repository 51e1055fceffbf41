import { serveWorker } from '../serve-worker.ts'
import { readMysql } from './mysql-reading.ts'
import { parsePostgres } from './postgres-parser.ts'
import { readSqlite } from './sqlite-reading.ts'

serveWorker({ postgresql: parsePostgres, mysql: readMysql, sqlite: readSqlite })
