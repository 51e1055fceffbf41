import * as z from 'zod'

/** Parameter for the URI of the resource, in operations on one resource. */
export const resourceParam = () =>
  z.string().min(1).max(2048).describe('URI of the resource, such as file:///notes.md.')

export const patternParam = () =>
  z
    .string()
    .min(1)
    .max(256)
    .describe('Glob for whole URIs, such as file:///reports/**/*.csv: *, **, ?, […] and {a,b}.')

export const ifMatchParam = () =>
  z
    .string()
    .max(1024)
    .optional()
    .describe(
      'Expected etag. If the resource has another etag, the call changes nothing and fails with conflict.',
    )

export const contentParams = () => ({
  content: z.string().describe('The complete new content.'),
  encoding: z
    .enum(['utf-8', 'base64'])
    .default('utf-8')
    .describe('Encoding of "content": "utf-8" for text, "base64" for binary data.'),
})

export const readLimits = () => ({
  encoding: z
    .enum(['auto', 'utf-8', 'base64'])
    .default('auto')
    .describe(
      '"utf-8" requires text, "base64" returns a blob, "auto" returns text if the resource is text.',
    ),
  maxBytes: z
    .int()
    .min(4)
    .max(1_048_576)
    .default(65_536)
    .describe('Maximum number of bytes to read. If there are more bytes, part.truncated is true.'),
})

/** Metadata of a resource that is available without reading its content. */
const metadata = () => ({
  uri: z.string(),
  mimeType: z.string(),
  size: z.int().optional(),
  etag: z.string().optional(),
  modifiedAt: z.string().optional(),
})

export const resourceEntry = () =>
  z.object({
    ...metadata(),
    name: z.string(),
    description: z.string().optional(),
    writable: z.boolean(),
    /** Whether sessions can subscribe to the resource. */
    watchable: z.boolean(),
  })

export const resourceContent = () =>
  z.object({
    ...metadata(),
    text: z.string().optional(),
    blob: z.string().optional(),
    /** Whether the etag equals `ifNoneMatch`. If true, `text` and `blob` are absent. */
    notModified: z.boolean(),
    /** The returned bytes: from `start` to `end`, exclusive. */
    part: z
      .object({ start: z.int(), end: z.int(), truncated: z.boolean() })
      .describe(
        'Returned bytes. truncated: maxBytes was reached; continue with a range that starts at end.',
      )
      .optional(),
    /** The returned lines, counted from 1. Absent unless lines were requested. */
    lines: z.object({ start: z.int(), end: z.int() }).optional(),
  })

export const manyContents = () =>
  z.object({
    results: z.array(
      z.discriminatedUnion('status', [
        z.object({ status: z.literal('success'), uri: z.string(), result: resourceContent() }),
        z.object({
          status: z.literal('error'),
          uri: z.string(),
          error: z.object({
            code: z.string(),
            message: z.string(),
            retryable: z.boolean(),
            details: z.record(z.string(), z.unknown()).optional(),
          }),
        }),
      ]),
    ),
  })

const variableValue = () =>
  z.union([z.string(), z.array(z.string()), z.record(z.string(), z.string())])

export const variablesParam = () => z.record(z.string().max(256), variableValue())

export const resourceTemplate = () =>
  z.object({
    uriTemplate: z.string(),
    name: z.string(),
    description: z.string().optional(),
    mimeType: z.string().optional(),
    variables: z.array(z.string()),
  })

/** A resource that matches a search, with the matching lines. */
export const searchHit = () =>
  z.object({
    ...metadata(),
    name: z.string(),
    /** Matching lines; empty if only the name or URI matches. */
    matches: z.array(z.object({ line: z.int(), text: z.string() })),
  })
