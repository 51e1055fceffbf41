import { dataFile } from '@mcp/files'
import * as z from 'zod'

import type { DatabaseConfig } from './engines/builtin-engines.ts'
import { builtinEngines } from './engines/builtin-engines.ts'
import { databaseMode } from './engines/database-mode.ts'

/** Returns the schemas of the environment variables of the database server. */
export const databaseSettings = () => ({
  DATABASE_URL: z
    .string()
    .transform(parseUrl)
    .optional()
    .describe(`The database to serve: ${urlForms()}. Not set: a PGlite database in MCP_DATA_DIR.`),
  DATABASE_MODE: databaseMode()
    .optional()
    .describe(
      'Allowed operations: read-only, data (rows and tables) or admin. Not set: read-only if DATABASE_URL is set, otherwise data.',
    ),
  DATABASES: z
    .string()
    .transform(parseList)
    .pipe(z.array(databaseConfig()).min(1, 'must contain at least one database'))
    .optional()
    .describe(
      'Several databases instead of DATABASE_URL, as JSON: [{"name": "shop", "engine": "postgres", "url": "…", "mode": "data"}, …].',
    ),
})

/** The values of {@link databaseSettings}. */
export type DatabaseSettings = z.output<z.ZodObject<ReturnType<typeof databaseSettings>>>

/** Options of `databaseServer` that the environment variables set. */
export interface DatabaseSettingsOptions {
  readonly databases: readonly DatabaseConfig[]
  readonly cacheFolder: string
}

/** Converts environment variables to options of `databaseServer`. */
export function databaseOptions(
  settings: DatabaseSettings & {
    readonly MCP_DATA_DIR: string
    readonly MCP_STARTER?: boolean | undefined
  },
): DatabaseSettingsOptions {
  const { DATABASE_URL, DATABASE_MODE, DATABASES, MCP_DATA_DIR } = settings
  const main: DatabaseConfig = DATABASE_URL ?? {
    name: 'main',
    engine: 'pglite',
    folder: dataFile(MCP_DATA_DIR, 'database'),
    mode: 'data',
    starter: settings.MCP_STARTER,
  }
  return {
    databases: DATABASES ?? [DATABASE_MODE === undefined ? main : { ...main, mode: DATABASE_MODE }],
    cacheFolder: dataFile(MCP_DATA_DIR, 'cache'),
  }
}

function databaseConfig(): z.ZodType<DatabaseConfig> {
  const names = builtinEngines.map(({ name }) => name)
  return z.looseObject({ engine: z.enum(names) }).transform((value, context): DatabaseConfig => {
    const schema: z.ZodType<DatabaseConfig> | undefined = builtinEngines
      .find(({ name }) => name === value.engine)
      ?.configSchema()
    const parsed = schema?.safeParse(value)
    if (parsed?.success === true) return parsed.data
    for (const { path, message } of parsed?.error.issues ?? []) {
      context.addIssue({ code: 'custom', path, message })
    }
    return z.NEVER
  })
}

function parseUrl(url: string, context: z.RefinementCtx): DatabaseConfig {
  const [, scheme = '', rest = ''] = /^([a-z]+):(?:\/\/)?(.*)$/s.exec(url) ?? []
  if (rest !== '') {
    for (const engine of builtinEngines) {
      const config = engine.fromUrl({ url, scheme, rest }, 'main')
      if (config !== undefined) return config
    }
  }
  // The message does not contain the URL, because a URL can contain a password.
  context.addIssue({ code: 'custom', message: `must have the form ${urlForms()}` })
  return z.NEVER
}

/** Returns the forms of all database URLs: `pglite:FOLDER, postgres://…, mysql://… or sqlite:FILE`. */
function urlForms(): string {
  const forms = builtinEngines.map(({ urlForm }) => urlForm)
  return `${forms.slice(0, -1).join(', ')} or ${forms.at(-1)}`
}

function parseList(text: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(text)
  } catch {
    context.addIssue({ code: 'custom', message: 'must be JSON: [{"name": …, "engine": …}, …]' })
    return z.NEVER
  }
}
