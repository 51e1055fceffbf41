import * as z from 'zod'

import type { EngineDefinition } from '../engine-definition.ts'
import type { RemoteConfig } from '../remote/remote-config.ts'
import { remoteConfig } from '../remote/remote-config.ts'

/** A PostgreSQL server: `postgres://user:password@host:5432/database`. */
export interface PostgresConfig extends RemoteConfig {
  readonly engine: 'postgres'
}

export const postgres: EngineDefinition<PostgresConfig> = {
  name: 'postgres',
  dialect: 'postgresql',
  configSchema: () => z.strictObject({ ...remoteConfig(), engine: z.literal('postgres') }),
  isRemote: true,
  urlForm: 'postgres://…',
  fromUrl: ({ scheme, url }, name) =>
    scheme === 'postgres' || scheme === 'postgresql'
      ? { name, engine: 'postgres', url }
      : undefined,
  async open(config, { warn }) {
    const { createPostgresEngine } = await import('./postgres-engine.ts')
    return createPostgresEngine(config, warn)
  },
}
