import * as z from 'zod'

import { isBuiltin } from './tool.ts'

/** Names of the views that always exist, besides `/mcp` itself. */
export const fixedViews = ['all', 'search'] as const

const isReserved = (name: string) => isBuiltin(name) || fixedViews.some((view) => view === name)

const pattern = () =>
  z
    .string()
    .regex(
      /^[\w.*?-]{1,128}$/,
      'must be a tool name, in which * stands for any text and ? for one character',
    )

const customViewSchema = () =>
  z.strictObject({
    name: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,62}$/, 'must be lower-case letters, digits and hyphens')
      .refine((name) => !isReserved(name), {
        error: ({ input }) => `"${String(input)}" is the name of a built-in view`,
      })
      .describe('Name of the view. Its path is /mcp/<name>.'),
    servers: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('Names of the servers. Default: all servers.'),
    allow: z
      .array(pattern())
      .optional()
      .describe('Patterns of the names of the tools. Default: all tools.'),
    deny: z
      .array(pattern())
      .optional()
      .describe('Patterns of tools that the view does not contain.'),
    pinned: z
      .array(pattern())
      .optional()
      .describe('Patterns of tools that are listed first, in this order.'),
  })

/** Returns the schema of the configured views. */
export const customViewsSchema = () =>
  z.array(customViewSchema()).superRefine((views, context) => {
    for (const [index, { name }] of views.entries()) {
      if (views.findIndex((view) => view.name === name) === index) continue
      const message = `another view is also named "${name}"`
      context.addIssue({ code: 'custom', path: [index, 'name'], message })
    }
  })

/**
 * A view with its own selection of tools. A pattern is a tool name in which `*` stands for any text and `?`
 * for one character.
 */
export interface CustomView {
  readonly name: string
  /** Names of the servers. Default: all servers. */
  readonly servers?: readonly string[] | undefined
  /** Patterns of the names of the tools. Default: all tools. */
  readonly allow?: readonly string[] | undefined
  /** Patterns of tools that the view does not contain. Default: none. */
  readonly deny?: readonly string[] | undefined
  /** Patterns of tools that are listed first, in this order. Default: none. */
  readonly pinned?: readonly string[] | undefined
}
