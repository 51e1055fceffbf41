import { describe } from 'vitest'

import { itServesItsDatabase } from './database-server.contract.ts'
import { postgresqlWords } from './fixtures/postgresql-words.ts'
import { itReturnsPgResults } from './pg-results.contract.ts'
import { mariadbMissing, startMariadb } from './fixtures/start-mariadb.ts'
import { postgresMissing, startPostgres } from './fixtures/start-postgres.ts'

describe.skipIf(postgresMissing)('a server of PostgreSQL', () => {
  itServesItsDatabase(async () => {
    const server = await startPostgres()
    return {
      config: { name: 'main', engine: 'postgres', url: server.url },
      sql: postgresqlWords,
      cleanUp: () => server.stop(),
    }
  }, itReturnsPgResults)
})

describe.skipIf(mariadbMissing)('a server of MariaDB', () => {
  itServesItsDatabase(async () => {
    const server = await startMariadb()
    return {
      config: { name: 'main', engine: 'mysql', url: server.url },
      cleanUp: () => server.stop(),
      sql: {
        bigint: 'bigint',
        decimal: 'decimal(10, 2)',
        bytes: 'blob',
        text: 'text',
        series: (count) => `SELECT seq AS n FROM seq_1_to_${count}`,
        endless:
          'SELECT count(*) FROM seq_1_to_1000000 AS a, seq_1_to_1000000 AS b WHERE a.seq * b.seq = 7',
        failing: "SELECT CAST('abc' AS JSON)",
        exactDecimals: true,
      },
    }
  })
})
