import * as z from 'zod'

import type { CommonConfig, EngineDefinition } from '../engine-definition.ts'
import { commonConfig } from '../engine-definition.ts'

/** A SQLite file. */
export interface SqliteConfig extends CommonConfig {
  readonly engine: 'sqlite'
  /** Path of the file. It is created if it does not exist, unless the mode is `read-only`. */
  readonly file: string
}

export const sqlite: EngineDefinition<SqliteConfig> = {
  name: 'sqlite',
  dialect: 'sqlite',
  configSchema: () =>
    z.strictObject({ ...commonConfig(), engine: z.literal('sqlite'), file: z.string() }),
  urlForm: 'sqlite:FILE',
  fromUrl: ({ scheme, rest }, name) =>
    scheme === 'sqlite' ? { name, engine: 'sqlite', file: rest } : undefined,
  async open(config) {
    const { createSqliteEngine } = await import('./sqlite-engine.ts')
    return createSqliteEngine(config)
  },
}
