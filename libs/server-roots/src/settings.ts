import * as z from 'zod'

import { namePattern } from './roots/folder.ts'

/**
 * Returns the schemas of the environment variables of the roots server.
 *
 * @example
 * const config = z.object({ ...rootsSettings() }).parse(process.env)
 * rootsServer({ roots: config.ROOTS })
 */
export const rootsSettings = () => ({
  ROOTS: z
    .string()
    .transform(parseRoots)
    .pipe(
      z.array(rootDefinition()).refine(haveUniqueNames, 'contains two roots with the same name'),
    )
    .optional()
    .describe(
      'Folders that sessions may use, as name=path,name=path. Append :rw to a path to allow writing, :rwd to allow writing and deleting; otherwise it is read-only. Or a JSON array of objects with name, path, permissions, include, exclude, quotaBytes, hardLinks and create. Default: the folder "workspace" in MCP_DATA_DIR, with starter notes.',
    ),
})

/** Returns the schema of a root, as an item of the option `roots` of `rootsServer`. */
const rootDefinition = () =>
  z.strictObject({
    name: z
      .string()
      .regex(
        namePattern,
        'a name consists of letters, digits, ".", "_" and "-" and starts with a letter or digit',
      ),
    path: z
      .string()
      .min(1, 'a root needs a path')
      .refine((path) => !/^~(?:\/|$)/.test(path), '"~" is not expanded here; write the full path'),
    permissions: z.array(z.enum(['read', 'write', 'delete'])).optional(),
    include: patterns(),
    exclude: patterns(),
    quotaBytes: z.int().min(0).optional(),
    hardLinks: z.enum(['allow', 'refuse']).optional(),
    create: z.boolean().optional(),
  })

const patterns = () => z.array(z.string().min(1)).optional()

function parseRoots(text: string, context: z.RefinementCtx): unknown {
  return text.trim().startsWith('[') ? parseJson(text, context) : parseList(text, context)
}

function parseJson(text: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(text)
  } catch {
    context.addIssue({ code: 'custom', message: 'starts like a JSON array but is not valid JSON' })
    return z.NEVER
  }
}

const permissionsByMode: ReadonlyMap<string | undefined, readonly string[]> = new Map([
  [undefined, ['read']],
  ['ro', ['read']],
  ['rw', ['read', 'write']],
  ['rwd', ['read', 'write', 'delete']],
])

function parseList(text: string, context: z.RefinementCtx): unknown {
  const entries = text.split(',').map((entry) => entry.trim())
  return entries.filter(Boolean).map((entry) => {
    const [, name, path, mode] = /^([^=]+)=(.+?)(?::(ro|rw|rwd))?$/.exec(entry) ?? []
    if (name === undefined || path === undefined) {
      const message = `must look like name=path,name=path:rw; "${entry}" does not`
      context.addIssue({ code: 'custom', message })
      return z.NEVER
    }
    return { name, path, permissions: permissionsByMode.get(mode) }
  })
}

function haveUniqueNames(roots: readonly { readonly name: string }[]): boolean {
  return new Set(roots.map(({ name }) => name)).size === roots.length
}
