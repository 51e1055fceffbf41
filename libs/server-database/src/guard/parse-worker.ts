import { serveWorker } from '../serve-worker.ts'
import { parsePostgres } from './postgres-parser.ts'

serveWorker({ parse: parsePostgres })
