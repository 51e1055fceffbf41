import * as z from 'zod'

import { splitList } from '../environment/split-list.ts'

/** The variables of the roots server. */
export const rootsSettings = () => ({
  ROOTS: z
    .string()
    .transform(readRoots)
    .pipe(z.array(rootDefinition()).refine(haveOwnNames, 'gives two roots one name'))
    .optional()
    .describe(
      'The folders that sessions may use, as name=path,name=path: only to be read, unless :rw (write) or :rwd (write and delete) stands behind the path. Or a JSON list of objects with name, path, permissions, include, exclude, quotaBytes, hardLinks and create. Not set: an empty folder "workspace" in MCP_DATA_DIR.',
    ),
})

/** In the shape that the roots server takes. */
const rootDefinition = () =>
  z.strictObject({
    name: z
      .string()
      .regex(
        /^[A-Za-z\d][\w.-]{0,63}$/,
        'a name has letters, digits, ".", "_" and "-", and begins with one of the first two',
      ),
    path: z
      .string()
      .min(1, 'a root needs a path')
      .refine((path) => !/^~(?:\/|$)/.test(path), '"~" is not replaced here; write the whole path'),
    permissions: z.array(z.enum(['read', 'write', 'delete'])).optional(),
    include: patterns(),
    exclude: patterns(),
    quotaBytes: z.int().min(0).optional(),
    hardLinks: z.enum(['allow', 'refuse']).optional(),
    create: z.boolean().optional(),
  })

const patterns = () => z.array(z.string().min(1)).optional()

function readRoots(text: string, context: z.RefinementCtx): unknown {
  return text.trim().startsWith('[') ? readJson(text, context) : readList(text, context)
}

function readJson(text: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(text)
  } catch {
    context.addIssue({ code: 'custom', message: 'begins like a JSON list and is none' })
    return z.NEVER
  }
}

const modes: ReadonlyMap<string | undefined, readonly string[]> = new Map([
  [undefined, ['read']],
  ['ro', ['read']],
  ['rw', ['read', 'write']],
  ['rwd', ['read', 'write', 'delete']],
])

function readList(text: string, context: z.RefinementCtx): unknown {
  return splitList(text).map((entry) => {
    const [, name, path, mode] = /^([^=]+)=(.+?)(?::(ro|rw|rwd))?$/.exec(entry) ?? []
    if (name === undefined || path === undefined) {
      const message = `must look like name=path,name=path:rw, which "${entry}" does not`
      context.addIssue({ code: 'custom', message })
      return z.NEVER
    }
    return { name, path, permissions: modes.get(mode) }
  })
}

function haveOwnNames(roots: readonly { readonly name: string }[]): boolean {
  return new Set(roots.map(({ name }) => name)).size === roots.length
}
