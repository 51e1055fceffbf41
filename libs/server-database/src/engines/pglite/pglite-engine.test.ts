import { describe } from 'vitest'

import { itIsAnEngine } from '../engine.contract.ts'
import { pgliteTemplate as template } from '../../fixtures/cached-folder.ts'
import { postgresqlWords } from '../../fixtures/postgresql-words.ts'
import { createPgliteEngine } from './pglite-engine.ts'

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
