import { describe } from 'vitest'
import { join } from 'node:path'

import { itIsAnEngine } from '../engine.contract.ts'
import { cacheFolder } from '../../fixtures/open-server.ts'
import { postgresqlWords } from '../../fixtures/postgresql-words.ts'
import { createPgliteEngine } from './pglite-engine.ts'

const template = join(cacheFolder, 'engine-test.tgz')

describe('PGlite', () => {
  itIsAnEngine(async () => ({
    engine: createPgliteEngine({
      name: 'main',
      mode: 'data',
      template,
    }),
    sql: postgresqlWords,
  }))
})
