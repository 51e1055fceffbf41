import * as z from 'zod'

import { dataFile } from '@mcp/files'

/** The variables of the database server. */
export const databaseSettings = () => ({
  DATABASE_URL: z
    .string()
    .transform(parseUrl)
    .optional()
    .describe(
      'The database that is served: postgres://…, mysql://…, sqlite:FILE or pglite:FOLDER. Not set: one of its own in MCP_DATA_DIR.',
    ),
  DATABASE_MODE: mode()
    .optional()
    .describe(
      'What may be done to it: read-only, data (rows and tables) or admin. Not set: read-only with DATABASE_URL, data without.',
    ),
  DATABASES: z
    .string()
    .transform(parseList)
    .pipe(z.array(databaseConfig()).min(1, 'must name one database or more'))
    .optional()
    .describe(
      'Several databases in place of DATABASE_URL, as JSON: [{"name": "shop", "engine": "postgres", "url": "…", "mode": "data"}, …].',
    ),
})

/** What {@link databaseSettings} reads. */
export type DatabaseSettings = z.output<z.ZodObject<ReturnType<typeof databaseSettings>>>

/** The options of `databaseServer` that the variables give. */
export function databaseOptions(given: DatabaseSettings & { readonly MCP_DATA_DIR: string }) {
  const {
    DATABASE_URL: place,
    DATABASE_MODE: chosen,
    DATABASES: list,
    MCP_DATA_DIR: folder,
  } = given
  const main =
    place === undefined
      ? ({ engine: 'pglite', folder: dataFile(folder, 'database'), mode: 'data' } as const)
      : place
  return {
    databases: list ?? [
      { ...main, name: 'main', ...(chosen === undefined ? {} : { mode: chosen }) },
    ],
    cacheFolder: dataFile(folder, 'cache'),
  }
}

const mode = () => z.enum(['read-only', 'data', 'admin'], 'must be read-only, data or admin')

const common = () => ({
  name: z.string(),
  mode: mode().optional(),
  description: z.string().optional(),
})

const remote = () => ({
  ...common(),
  url: z.string(),
  maxConnections: z.int().min(1).max(1000).optional(),
  allowSuperuser: z.boolean().optional(),
})

// Strict: a key with a slip in it would be a setting that is silently not made.
const databaseConfig = () =>
  z.discriminatedUnion('engine', [
    z.strictObject({ ...common(), engine: z.literal('pglite'), folder: z.string().optional() }),
    z.strictObject({ ...common(), engine: z.literal('sqlite'), file: z.string() }),
    z.strictObject({ ...remote(), engine: z.literal('postgres') }),
    z.strictObject({ ...remote(), engine: z.literal('mysql') }),
  ])

function parseUrl(url: string, context: z.RefinementCtx) {
  const [, scheme = '', rest = ''] = /^([a-z]+):(?:\/\/)?(.*)$/s.exec(url) ?? []
  if (rest !== '') {
    switch (scheme) {
      case 'postgres':
      case 'postgresql':
        return { engine: 'postgres', url } as const
      case 'mysql':
      case 'mariadb':
        return { engine: 'mysql', url: `mysql://${rest}` } as const
      case 'sqlite':
        return { engine: 'sqlite', file: rest } as const
      case 'pglite':
        return { engine: 'pglite', folder: rest } as const
    }
  }
  // Without the value: there may be a password in it.
  context.addIssue({
    code: 'custom',
    message: 'must look like postgres://…, mysql://…, sqlite:FILE or pglite:FOLDER',
  })
  return z.NEVER
}

function parseList(text: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(text)
  } catch {
    context.addIssue({ code: 'custom', message: 'must be JSON: [{"name": …, "engine": …}, …]' })
    return z.NEVER
  }
}
