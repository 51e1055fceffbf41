import * as z from 'zod'

import { once } from '../once.ts'

/** One block of content as the Model Context Protocol defines it: text, an image, a link and others. */
export interface ContentBlock {
  /** `text`, `image`, `audio`, `resource`, `resource_link` or a type of a later revision. */
  readonly type: string
  readonly [key: string]: unknown
}

/** A result made of content blocks. A standard MCP client receives it unchanged. */
export interface ContentResult {
  readonly content: readonly ContentBlock[]
  readonly structuredContent?: unknown
  readonly isError?: boolean | undefined
  readonly _meta?: Readonly<Record<string, unknown>> | undefined
  readonly [key: string]: unknown
}

/**
 * Returns the schema of a result made of content blocks, always the same object. An operation with
 * this schema returns its results whole, regardless of size. Unknown fields are preserved.
 *
 * @example
 * operation({ title: 'Logo', …, result: contentResult })
 */
export const contentResult: () => z.ZodType<ContentResult> = once(() =>
  z.looseObject({
    content: z.array(z.looseObject({ type: z.string() })),
    structuredContent: z.unknown().optional(),
    isError: z.boolean().optional(),
    _meta: z.record(z.string(), z.unknown()).optional(),
  }),
)
