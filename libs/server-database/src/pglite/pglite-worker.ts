import { serveWorker } from '../serve-worker.ts'
import { createPgliteSession } from './pglite-session.ts'

serveWorker(createPgliteSession())
