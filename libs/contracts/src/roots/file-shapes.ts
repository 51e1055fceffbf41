import * as z from 'zod'

/** A permission of a root. */
export const permission = () => z.enum(['read', 'write', 'delete'])

export const rootParam = () => z.string().min(1).max(64).describe('Name of the root.')

export const pathParam = (whose: string) =>
  z
    .string()
    .max(4096)
    .describe(`${whose}, relative to the root, with forward slashes: "notes/todo.md".`)

/** Parameter for the folder in which a list or a search starts. */
export const folderParam = () =>
  pathParam('The folder')
    .default('')
    .describe('The folder, relative to the root. Default: the root itself.')

export const ifMatchParam = () =>
  z
    .string()
    .max(256)
    .optional()
    .describe(
      'Expected etag of the file. If the file has another etag, the call changes nothing and fails with conflict.',
    )

export const encodingParam = (what: string) =>
  z.enum(['utf8', 'base64']).default('utf8').describe(what)

export const createParentsParam = () =>
  z.boolean().default(false).describe('If true, creates missing parent folders.')

export const overwriteParam = (preset: boolean) =>
  z.boolean().default(preset).describe('Whether an existing file may be replaced.')

/** One entry of a folder. The type of a link is `link`, because lists do not follow links. */
export const entry = () =>
  z.object({
    path: z.string(),
    type: z.enum(['file', 'directory', 'link', 'other']),
    size: z.int().optional(),
    modifiedAt: z.string().optional(),
    /** True if another entry of the folder has the same name in another Unicode form. */
    nameCollision: z.boolean().optional(),
  })

export const writtenFile = () =>
  z.object({ path: z.string(), etag: z.string(), size: z.int(), created: z.boolean() })

/** The content of a file or of a part of the file. */
export const fileContent = () =>
  z.object({
    path: z.string(),
    encoding: z.enum(['utf8', 'base64']),
    content: z.string(),
    /** Size of the whole file, in bytes. */
    size: z.int(),
    /** The returned bytes: from `start` to `end`, exclusive. */
    range: z.object({ start: z.int(), end: z.int() }),
    /** Whether `content` is shorter than the requested part. */
    truncated: z.boolean(),
    /** Start of the next range. Absent unless the content is truncated. */
    nextOffset: z.int().optional(),
    /** Absent if the file is too large to compute its etag. */
    etag: z.string().optional(),
    modifiedAt: z.string(),
    /** Number of hard links. If there is more than one, the file has several paths. */
    links: z.int(),
  })
