import * as z from 'zod'

/** The URI that names a resource, as operations on one resource take it. */
export const resourceParam = () =>
  z.string().min(1).max(2048).describe('The URI of the resource, such as file:///notes.md.')

export const patternParam = () =>
  z
    .string()
    .min(1)
    .max(256)
    .describe('A glob over whole URIs, such as file:///reports/**/*.csv: *, **, ?, […] and {a,b}.')

export const ifMatchParam = () =>
  z
    .string()
    .max(1024)
    .optional()
    .describe('The etag that was read. Where the resource is at another, nothing is changed.')

export const contentParams = () => ({
  content: z.string().describe('The whole content.'),
  encoding: z
    .enum(['utf-8', 'base64'])
    .default('utf-8')
    .describe('How the content is written: text as it is, or bytes in base64.'),
})

export const readLimits = () => ({
  encoding: z
    .enum(['auto', 'utf-8', 'base64'])
    .default('auto')
    .describe('utf-8 insists on text, base64 on a blob; auto gives text where it is text.'),
  maxBytes: z
    .int()
    .min(4)
    .max(1_048_576)
    .default(65_536)
    .describe('The most bytes to read; what is left out is told by part.truncated.'),
})

/** What is known of a resource without reading it. */
const facts = () => ({
  uri: z.string(),
  mimeType: z.string(),
  size: z.int().optional(),
  etag: z.string().optional(),
  modifiedAt: z.string().optional(),
})

export const resourceEntry = () =>
  z.object({
    ...facts(),
    name: z.string(),
    description: z.string().optional(),
    writable: z.boolean(),
    /** Whether it can be subscribed to. */
    watchable: z.boolean(),
  })

export const resourceContent = () =>
  z.object({
    ...facts(),
    text: z.string().optional(),
    blob: z.string().optional(),
    /** True where the etag is the one of `ifNoneMatch`: then neither text nor blob is there. */
    notModified: z.boolean(),
    /** Which bytes these are: from `start` up to and without `end`. */
    part: z
      .object({ start: z.int(), end: z.int(), truncated: z.boolean() })
      .describe('truncated: maxBytes cut it off; a range that starts at end goes on.')
      .optional(),
    /** Which lines these are, where lines were asked for; the first is 1. */
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

/** A resource that holds what was searched for, and where. */
export const searchHit = () =>
  z.object({
    ...facts(),
    name: z.string(),
    /** The lines that hold it; none where only the name or URI does. */
    matches: z.array(z.object({ line: z.int(), text: z.string() })),
  })
