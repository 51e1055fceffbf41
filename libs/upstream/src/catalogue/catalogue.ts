import * as z from 'zod'

const named = z.looseObject({ name: z.string().min(1) })

/** The tools, prompts and resources of an upstream server, as the server lists them. */
export const catalogueSchema = z.object({
  /**
   * Digest of the entry. A stored catalogue with another digest is not used, because it was listed with another
   * command or URL, or with other variables or headers.
   */
  entryDigest: z.string(),
  era: z.enum(['modern', 'legacy']),
  /** Time of the last probe of the era, in milliseconds since the epoch. */
  probedAt: z.number().optional(),
  /** Result of `server/discover` of a modern server. With it, a connection over HTTP needs no probe. */
  discover: z.looseObject({}).optional(),
  /** Whether the server has sent a request of its own, other than `roots/list`, during a call. */
  asksClients: z.boolean(),
  serverInfo: z.looseObject({ name: z.string(), version: z.string() }).optional(),
  instructions: z.string().optional(),
  capabilities: z.looseObject({}),
  tools: z.array(named),
  prompts: z.array(named),
  resources: z.array(z.looseObject({ uri: z.string() })),
  resourceTemplates: z.array(z.looseObject({ uriTemplate: z.string() })),
})

export type Catalogue = z.output<typeof catalogueSchema>

export type ListedTool = Catalogue['tools'][number]
export type ListedPrompt = Catalogue['prompts'][number]
