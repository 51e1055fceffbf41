import * as z from 'zod'

import type { EngineDefinition } from '../engine-definition.ts'
import type { RemoteConfig } from '../remote/remote-config.ts'
import { remoteConfig } from '../remote/remote-config.ts'

/** A MySQL or MariaDB server: `mysql://user:password@host:3306/database`. */
export interface MysqlConfig extends RemoteConfig {
  readonly engine: 'mysql'
}

export const mysql: EngineDefinition<MysqlConfig> = {
  name: 'mysql',
  dialect: 'mysql',
  configSchema: () => z.strictObject({ ...remoteConfig(), engine: z.literal('mysql') }),
  isRemote: true,
  urlForm: 'mysql://…',
  fromUrl: ({ scheme, rest }, name) =>
    scheme === 'mysql' || scheme === 'mariadb'
      ? { name, engine: 'mysql', url: `mysql://${rest}` }
      : undefined,
  async open(config, { warn }) {
    const { createMysqlEngine } = await import('./mysql-engine.ts')
    return createMysqlEngine(config, warn)
  },
}
