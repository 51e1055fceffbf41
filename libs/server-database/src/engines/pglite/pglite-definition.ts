import { join } from 'node:path'

import * as z from 'zod'

import type { CommonConfig, EngineDefinition } from '../engine-definition.ts'
import { commonConfig } from '../engine-definition.ts'

/** A PostgreSQL database in a worker thread of this process. */
export interface PgliteConfig extends CommonConfig {
  readonly engine: 'pglite'
  /** Folder of the database. Default: a temporary folder, which is removed when the server closes. */
  readonly folder?: string | undefined
  /**
   * Whether a new database gets a small table with rows. An existing one is never changed. Default: false.
   */
  readonly starter?: boolean | undefined
}

export const pglite: EngineDefinition<PgliteConfig> = {
  name: 'pglite',
  dialect: 'postgresql',
  configSchema: () =>
    z.strictObject({
      ...commonConfig(),
      engine: z.literal('pglite'),
      folder: z.string().optional(),
      starter: z.boolean().optional(),
    }),
  urlForm: 'pglite:FOLDER',
  fromUrl: ({ scheme, rest }, name) =>
    scheme === 'pglite' ? { name, engine: 'pglite', folder: rest } : undefined,
  async open(config, { cacheFolder }) {
    const [{ createPgliteEngine }, { pgliteVersion }] = await Promise.all([
      import('./pglite-engine.ts'),
      import('./pglite-version.ts'),
    ])
    const template =
      cacheFolder === undefined ? undefined : join(cacheFolder, `pglite-${pgliteVersion()}.tgz`)
    return createPgliteEngine({ ...config, template })
  },
}
