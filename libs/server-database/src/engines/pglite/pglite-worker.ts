import { serveWorker } from '../../workers/serve-worker.ts'
import { createPgliteSession } from './pglite-session.ts'

serveWorker(createPgliteSession())
