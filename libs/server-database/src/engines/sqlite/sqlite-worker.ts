import { serveWorker } from '../../workers/serve-worker.ts'
import { endWithParent } from './end-with-parent.ts'
import { createSqliteSession } from './sqlite-session.ts'

endWithParent()
serveWorker(createSqliteSession())
