import * as z from 'zod'

/** What a root allows. */
export const permission = () => z.enum(['read', 'write', 'delete'])

export const rootParam = () => z.string().min(1).max(64).describe("The root's name.")

export const pathParam = (whose: string) =>
  z
    .string()
    .max(4096)
    .describe(`${whose}, from the root and with forward slashes: "notes/todo.md".`)

/** Where a list or a search begins: mostly the root itself. */
export const folderParam = () =>
  pathParam('The folder').default('').describe('The folder, from the root. Empty: the root itself.')

export const ifMatchParam = () =>
  z
    .string()
    .max(256)
    .optional()
    .describe('The etag the file must still have; otherwise nothing changes and it is a conflict.')

export const encodingParam = (what: string) =>
  z.enum(['utf8', 'base64']).default('utf8').describe(what)

export const createParentsParam = () =>
  z.boolean().default(false).describe('Whether missing folders above it are made.')

export const overwriteParam = (preset: boolean) =>
  z.boolean().default(preset).describe('Whether what is there already may be replaced.')

/** One thing in a folder. A link is never followed in lists. */
export const entry = () =>
  z.object({
    path: z.string(),
    type: z.enum(['file', 'directory', 'link', 'other']),
    size: z.int().optional(),
    modifiedAt: z.string().optional(),
    /** Another entry of the folder has the same name in another Unicode form. */
    nameCollision: z.boolean().optional(),
  })

export const writtenFile = () =>
  z.object({ path: z.string(), etag: z.string(), size: z.int(), created: z.boolean() })

/** What reading a file, or a part of it, gives. */
export const fileContent = () =>
  z.object({
    path: z.string(),
    encoding: z.enum(['utf8', 'base64']),
    content: z.string(),
    /** Of the whole file, in bytes. */
    size: z.int(),
    /** Which bytes these are: from `start` up to and without `end`. */
    range: z.object({ start: z.int(), end: z.int() }),
    /** Whether less was given than was asked for. */
    truncated: z.boolean(),
    /** Where the next range begins, when it was truncated. */
    nextOffset: z.int().optional(),
    /** Absent where the file is too large to be read whole for it. */
    etag: z.string().optional(),
    modifiedAt: z.string(),
    /** How many names the file has; more than one: it may be reached from elsewhere. */
    links: z.int(),
  })
