import { join } from 'node:path'

import type { DatabaseConfig } from './database-config.ts'
import type { Engine } from './engine.ts'

export interface OpenEngineOptions {
  /** Where a fresh PGlite database is kept for the next one. Default: nowhere. */
  readonly cacheFolder?: string | undefined
}

/** Makes the engine that a database is configured to have; loads its library only now. */
export async function openEngine(
  config: DatabaseConfig,
  { cacheFolder }: OpenEngineOptions,
): Promise<Engine> {
  const { name, mode = 'read-only' } = config
  switch (config.engine) {
    case 'pglite': {
      const [{ createPgliteEngine }, { createPostgresGuard }, { pgliteVersion }] =
        await Promise.all([
          import('./pglite/pglite-engine.ts'),
          import('../guard/postgres/postgres-guard.ts'),
          import('./pglite/pglite-version.ts'),
        ])
      const { folder } = config
      const template =
        cacheFolder === undefined ? undefined : join(cacheFolder, `pglite-${pgliteVersion()}.tgz`)
      return createPgliteEngine({ name, mode, folder, template, guard: createPostgresGuard() })
    }
    case 'sqlite': {
      const [{ createSqliteEngine }, { createSqliteGuard }] = await Promise.all([
        import('./sqlite/sqlite-engine.ts'),
        import('../guard/token-guard.ts'),
      ])
      return createSqliteEngine({ name, file: config.file, mode, guard: createSqliteGuard() })
    }
    case 'postgres': {
      const { createPostgresEngine } = await import('./postgres/postgres-engine.ts')
      return createPostgresEngine({ ...config, mode })
    }
    case 'mysql': {
      const { createMysqlEngine } = await import('./mysql/mysql-engine.ts')
      return createMysqlEngine({ ...config, mode })
    }
  }
}
