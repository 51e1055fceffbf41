import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

import { isMissing, isSystemError, makeFolder } from '@mcp/files'
import { parseJson } from '@mcp/protocol'
import * as z from 'zod'

import type { CatalogueOptions } from './catalogue/catalogue.ts'
import { defaultBudget } from './catalogue/catalogue.ts'
import { customViewsSchema } from './catalogue/custom-view.ts'

/**
 * Returns the schemas of the environment variables of `/mcp`.
 *
 * @example
 * const config = z.object({ ...mcpSettings() }).parse(process.env)
 */
export const mcpSettings = () => ({
  MCP_TOOL_BUDGET: z.coerce
    .number('must be a number')
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .default(defaultBudget)
    .describe(
      'Maximum number of tokens of the tools that /mcp lists. Beyond it, the tools of whole additional servers are not listed; search_tools finds them.',
    ),
  MCP_VIEWS: z
    .string()
    .transform(readViews)
    .pipe(customViewsSchema())
    .optional()
    .describe(
      'Additional views of /mcp as JSON, such as [{"name":"reports","servers":["database"],"allow":["database_query"]}]. Fields: name, servers, allow, deny, pinned.',
    ),
})

function readViews(text: string, context: z.RefinementCtx): unknown {
  try {
    return parseJson(text)
  } catch {
    context.addIssue({ code: 'custom', message: 'must be a JSON array of views' })
    return z.NEVER
  }
}

type McpConfig = z.output<z.ZodObject<ReturnType<typeof mcpSettings>>> & {
  readonly MCP_SECRET?: string | undefined
}

export interface McpSettingsOptions extends CatalogueOptions {
  readonly secret: string
}

/**
 * Returns the options for the values of {@link mcpSettings}. The processes that serve the same clients share
 * `MCP_SECRET`. If it is not set, the secret is read from `secretFile` in the data folder, which is created on
 * first use.
 */
export async function mcpOptions(
  { MCP_SECRET, MCP_TOOL_BUDGET: budget, MCP_VIEWS: views }: McpConfig,
  secretFile: string,
): Promise<McpSettingsOptions> {
  return { budget, views, secret: MCP_SECRET ?? (await readSecret(secretFile)) }
}

/** Reads the secret of the data folder. Creates it on first use, readable only by this user. */
async function readSecret(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (thrown) {
    if (!isMissing(thrown)) throw thrown
  }
  await makeFolder(dirname(file))
  const secret = randomBytes(32).toString('hex')
  try {
    await writeFile(file, secret, { flag: 'wx', mode: 0o600 })
    return secret
  } catch (thrown) {
    // Another process has created it meanwhile.
    if (isSystemError(thrown, 'EEXIST')) return readFile(file, 'utf8')
    throw thrown
  }
}
